import ipaddr from 'ipaddr.js'
import type { Context } from 'koa'
import { isIPv4 } from 'node:net'
import { Refusal } from '../../chat/refusal.ts'

/** Whether requests are answered that ask for the host of this name. */
export type AllowedHosts = (name: string) => boolean

/** A name or an address, and a port; what else RFC 3986 allows in an authority stands in no `Host` of a client. */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~-]+)(?::\d*)?$/i
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i

/** The canonical name of a host, or its address, without the port; undefined when it is none. */
export function parseHost(text: string): string | undefined {
  if (!HOST.test(text) || !URL.canParse(`http://${text}`)) return undefined
  return new URL(`http://${text}`).hostname.replace(/\.$/, '')
}

/** Allows the named hosts. Addresses and localhost always are, as no other site can have a page under these. */
export function allowHosts(names: Iterable<string>): AllowedHosts {
  const allowed = new Set(names)
  return (name) =>
    allowed.has(name) || isIPv4(name) || name.startsWith('[') || name === 'localhost' || name.endsWith('.localhost')
}

/** Whether only this machine reaches a server that listens on this address. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost') return true
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'
}

/**
 * The host that a request asks for; undefined for a client of HTTP/1.0 that names none. A target in absolute form
 * (RFC 9112 section 3.2.2) is brought into origin form. Throws the Refusal `bad_request` for a target or host that is
 * invalid, missing, or there twice.
 */
export function takeHost(ctx: Context): string | undefined {
  const { req } = ctx
  const target = targetHost(ctx)
  const given = target ?? (req.httpVersionMajor === 2 ? ctx.get(':authority') || ctx.get('Host') : req.headers.host)
  if (given === undefined && req.httpVersion === '1.0') return undefined
  const host = parseHost(given ?? '')
  if (host === undefined || isAmbiguous(ctx)) throw new Refusal('bad_request')
  return host
}

/** The host in the target, if one is. Leaves the rest as the target. */
function targetHost(ctx: Context): string | undefined {
  const { url } = ctx
  if (url.startsWith('/') || (url === '*' && ctx.method === 'OPTIONS')) return undefined
  const [, host, rest = ''] = ABSOLUTE_FORM.exec(url) ?? []
  if (host === undefined) throw new Refusal('bad_request')
  ctx.url = rest.startsWith('/') ? rest : `/${rest}`
  ctx.headers[ctx.req.httpVersionMajor === 2 ? ':authority' : 'host'] = host
  return host
}

/** Whether a request names two hosts: in headers of HTTP/1.1, of which Node shows the first alone, or both ways of HTTP/2. */
function isAmbiguous({ req }: Context): boolean {
  if (req.httpVersionMajor === 2) {
    const { ':authority': authority, host } = req.headers
    return authority !== undefined && host !== undefined && authority !== host
  }
  let count = 0
  for (let index = 0; index < req.rawHeaders.length; index += 2) {
    const name = req.rawHeaders[index]!
    if (name.length === 4 && name.toLowerCase() === 'host') count++
  }
  return count > 1
}
