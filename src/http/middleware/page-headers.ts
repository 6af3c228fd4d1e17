import helmet from 'koa-helmet'
import type { Middleware } from 'koa'

/** Security headers of a page that only our own pages may embed in a frame. */
export function pageHeaders(): Middleware {
  return headers([])
}

/** The same for a page that pages of `origins` may embed too; `*` allows any. */
export function framedHeaders(origins: readonly string[]): Middleware {
  return headers(origins)
}

/**
 * Allows the page to load and request only from this server; no inline scripts or styles, no HTML from strings (Trusted
 * Types).
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
    // X-Frame-Options cannot list origins; every browser still in use obeys `frame-ancestors`.
    xFrameOptions: isFramed ? false : { action: 'sameorigin' },
    crossOriginResourcePolicy: { policy: isFramed ? 'cross-origin' : 'same-origin' },
    // A proxy that ends TLS should set it; browsers ignore it over plain HTTP.
    strictTransportSecurity: false,
  })
}

/** Forbids browsers to guess the content type of our responses. */
export function exactTypes(): Middleware {
  return function exactTypes(ctx, next) {
    ctx.set('X-Content-Type-Options', 'nosniff')
    return next()
  }
}
