import type Koa from 'koa'
import type { Request } from 'koa'
import { isIP } from 'node:net'
import proxyAddr from 'proxy-addr'

/** Whether the address is that of a trusted proxy, whose `X-Forwarded-*` headers count. */
export type Trust = (address: string) => boolean

/**
 * Parses a comma-separated list of addresses, CIDRs, `loopback`, `linklocal` and `uniquelocal`. Undefined for an empty
 * list. Throws TypeError for anything else.
 */
export function parseTrust(list: string): Trust | undefined {
  const proxies = list.split(',').map((proxy) => proxy.trim())
  if (list.trim() === '') return undefined
  const trusts = proxyAddr.compile(proxies)
  return (address) => trusts(address, 0)
}

/**
 * Makes `ctx.ip`, `ctx.protocol` and `ctx.secure` those of the client behind trusted proxies. `X-Forwarded-For` is read
 * from the right up to the first address that is not trusted; anything to the left of it may be forged.
 */
export function trustProxies(koa: Koa, trusts: Trust): void {
  Object.defineProperties(koa.request, {
    ip: {
      get(this: Request): string {
        // Skip an entry that is not an address: no proxy wrote it. The address of the last proxy then stands for the
        // client.
        return proxyAddr.all(this.req, trusts).findLast((address) => isIP(address)) ?? ''
      },
    },
    protocol: {
      get(this: Request): string {
        const peer = this.socket.remoteAddress
        const forwarded = peer !== undefined && trusts(peer) ? this.get('X-Forwarded-Proto') : ''
        // The first value is that of the client's own connection. Forging it only affects the forger's own cookie.
        if (forwarded !== '') return forwarded.split(',', 1)[0]!.trim() === 'https' ? 'https' : 'http'
        return 'encrypted' in this.socket && this.socket.encrypted ? 'https' : 'http'
      },
    },
  })
}
