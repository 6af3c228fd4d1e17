import helmet from 'koa-helmet'
import type { Middleware } from 'koa'

/** What a page may do. It may be framed by pages of ours alone. */
export function pageHeaders(): Middleware {
  return headers([])
}

/** The same for a page that may be framed by those of `origins` too; `*` is any. */
export function framedHeaders(origins: readonly string[]): Middleware {
  return headers(origins)
}

/**
 * Load what is ours, talk to us, and nothing else; no inline script or style, and no HTML made of text (Trusted Types).
 */
function headers(framing: readonly string[]): Middleware {
  const isFramed = framing.length > 0
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
        frameAncestors: ["'self'", ...framing],
        requireTrustedTypesFor: ["'script'"],
        trustedTypes: ["'none'"],
      },
    },
    // It knows no list of origins, and browsers without `frame-ancestors` are gone.
    xFrameOptions: isFramed ? false : { action: 'sameorigin' },
    crossOriginResourcePolicy: { policy: isFramed ? 'cross-origin' : 'same-origin' },
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
