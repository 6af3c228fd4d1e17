import type { Context, Middleware } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { extractHost, parseHost, type AllowedHosts } from '../request/hosts.ts'
import type { Trust } from '../request/proxies.ts'

/**
 * Refuses a request as `misdirected` when `allows` rejects its host, or the `X-Forwarded-Host` of a trusted proxy. This
 * stops DNS rebinding: a foreign site points its own name at this server, so that browsers take both for one origin.
 */
export function hosts(allows: AllowedHosts | undefined, trusts: Trust | undefined): Middleware {
  return function hosts(ctx, next) {
    const asked = [extractHost(ctx), forwardedHost(ctx, trusts)]
    if (allows && asked.some((host) => host !== undefined && !allows(host))) throw new Refusal('misdirected')
    return next()
  }
}

function forwardedHost(ctx: Context, trusts: Trust | undefined): string | undefined {
  const peer = ctx.req.socket.remoteAddress
  const forwarded = peer !== undefined && trusts?.(peer) ? ctx.get('X-Forwarded-Host') : ''
  if (forwarded === '') return undefined
  // For an invalid host return the empty name, which is never allowed.
  return parseHost(forwarded.split(',', 1)[0]!.trim()) ?? ''
}
