import type Koa from 'koa'
import type { Request } from 'koa'
import { isIP } from 'node:net'
import proxyAddr from 'proxy-addr'

/** Whether a proxy at this address is believed. */
export type Trust = (address: string) => boolean

/**
 * Whom a list of addresses, CIDRs, `loopback`, `linklocal` and `uniquelocal` trusts, with commas between; undefined for
 * an empty list. Throws TypeError for anything else.
 */
export function parseTrust(list: string): Trust | undefined {
  const proxies = list.split(',').map((proxy) => proxy.trim())
  if (list.trim() === '') return undefined
  const trusts = proxyAddr.compile(proxies)
  return (address) => trusts(address, 0)
}

/**
 * Makes `ctx.ip`, `ctx.protocol` and `ctx.secure` those of the client behind trusted proxies. Of `X-Forwarded-For` only
 * that is believed which a trusted proxy has written: its right end, up to the first address that is not trusted.
 */
export function believeProxies(koa: Koa, trusts: Trust): void {
  Object.defineProperties(koa.request, {
    ip: {
      get(this: Request): string {
        // What is no address was not written by a proxy: then the proxy that passed it on is all that is known.
        return proxyAddr.all(this.req, trusts).findLast((address) => isIP(address)) ?? ''
      },
    },
    protocol: {
      get(this: Request): string {
        const peer = this.socket.remoteAddress
        const told = peer !== undefined && trusts(peer) ? this.get('X-Forwarded-Proto') : ''
        // The first proxy has seen the client. Who forges it makes but their own cookie too strict or too lax.
        if (told !== '') return told.split(',', 1)[0]!.trim() === 'https' ? 'https' : 'http'
        return 'encrypted' in this.socket && this.socket.encrypted ? 'https' : 'http'
      },
    },
  })
}
