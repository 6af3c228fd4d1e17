import helmet from 'koa-helmet'
import type { Middleware } from 'koa'

/**
 * What a page may do: load what is ours, talk to us, and nothing else; no inline script or style, and no HTML made of
 * text (Trusted Types). It may be framed by pages of ours alone.
 */
export function pageHeaders(): Middleware {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'data:', 'blob:'],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'self'"],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    },
    // Whoever ends TLS in front of us says so to the browser; over plain HTTP it means nothing.
    strictTransportSecurity: false,
  })
}

/** No browser is to guess at the type of what we send. */
export function exactTypes(): Middleware {
  return function exactTypes(ctx, next) {
    ctx.set('X-Content-Type-Options', 'nosniff')
    return next()
  }
}
