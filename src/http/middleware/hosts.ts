import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { parseHost, takeHost, type AllowedHosts } from '../request/hosts.ts'
import type { Trust } from '../request/proxies.ts'

/**
 * Refuses a request for a host that `allows` does not know, as `misdirected`: a page elsewhere can point its own name at
 * this server, and its browser then takes the two for one origin. The host that a trusted proxy was asked for counts too.
 */
export function hosts(allows: AllowedHosts | undefined, trusts: Trust | undefined): Middleware {
  return function hosts(ctx, next) {
    const asked = [takeHost(ctx), forwardedHost(ctx, trusts)]
    if (allows && asked.some((host) => host !== undefined && !allows(host))) throw new Refusal('misdirected')
    return next()
  }
}

function forwardedHost(ctx: Context, trusts: Trust | undefined): string | undefined {
  const peer = ctx.req.socket.remoteAddress
  const told = peer !== undefined && trusts?.(peer) ? ctx.get('X-Forwarded-Host') : ''
  if (told === '') return undefined
  // What is no host is no host that is allowed.
  return parseHost(told.split(',', 1)[0]!.trim()) ?? ''
}
