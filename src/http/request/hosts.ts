import ipaddr from 'ipaddr.js'
import type { Context } from 'koa'
import { isIPv4 } from 'node:net'
import { Refusal } from '../../chat/refusal.ts'

/** Whether the server answers requests for this host name. */
export type AllowedHosts = (name: string) => boolean

/**
 * A name or an address, with an optional port. RFC 3986 allows more in an authority, but no client sends it as `Host`.
 */
const HOST = /^(?:\[[\da-f:.]+\]|[\w.~-]+)(?::\d*)?$/i
const ABSOLUTE_FORM = /^https?:\/\/([^/?#]*)(.*)$/i

/** The canonical host name or address, without the port; undefined when `text` is not a host. */
export function parseHost(text: string): string | undefined {
  if (!HOST.test(text) || !URL.canParse(`http://${text}`)) return undefined
  return new URL(`http://${text}`).hostname.replace(/\.$/, '')
}

/** Allows these names, and always addresses and localhost, because DNS rebinding cannot use those. */
export function allowHosts(names: Iterable<string>): AllowedHosts {
  const allowed = new Set(names)
  return (name) =>
    allowed.has(name) || isIPv4(name) || name.startsWith('[') || name === 'localhost' || name.endsWith('.localhost')
}

/** Whether a server that listens on this address can be reached from this machine only. */
export function isLoopback(address: string): boolean {
  if (address === 'localhost') return true
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback'
}

/**
 * The host that a request asks for; undefined for an HTTP/1.0 request without one. Rewrites a target in absolute form
 * (RFC 9112 section 3.2.2) to origin form. Throws the Refusal `bad_request` when the target or host is invalid, missing
 * or ambiguous.
 */
export function extractHost(ctx: Context): string | undefined {
  const { req } = ctx
  const target = targetHost(ctx)
  const given = target ?? (req.httpVersionMajor === 2 ? ctx.get(':authority') || ctx.get('Host') : req.headers.host)
  if (given === undefined && req.httpVersion === '1.0') return undefined
  const host = parseHost(given ?? '')
  if (host === undefined || isAmbiguous(ctx)) throw new Refusal('bad_request')
  return host
}

/** The host in a target in absolute form; removes it from the target. Undefined when the target has none. */
function targetHost(ctx: Context): string | undefined {
  const { url } = ctx
  if (url.startsWith('/') || (url === '*' && ctx.method === 'OPTIONS')) return undefined
  const [, host, rest = ''] = ABSOLUTE_FORM.exec(url) ?? []
  if (host === undefined) throw new Refusal('bad_request')
  ctx.url = rest.startsWith('/') ? rest : `/${rest}`
  ctx.headers[ctx.req.httpVersionMajor === 2 ? ':authority' : 'host'] = host
  return host
}

/**
 * Whether a request names several hosts: two `Host` headers (Node shows the first only), or `:authority` and another
 * `Host`.
 */
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
