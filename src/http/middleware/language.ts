import type { Middleware } from 'koa'
import { LANGUAGES, type Language } from '../../chat/format/language.ts'

/**
 * Sets `ctx.state.language` from Accept-Language: `fallback` without that header, English when it names no language of
 * ours.
 */
export function language(fallback: Language): Middleware {
  return function language(ctx, next) {
    ctx.state.language = choose(ctx.get('Accept-Language'), () => ctx.acceptsLanguages(...LANGUAGES), fallback)
    ctx.set('Vary', 'Accept-Language')
    return next()
  }
}

function choose(header: string, accepted: () => string | false, fallback: Language): Language {
  if (header === '' || header === '*') return fallback
  return accepted() === 'zh' ? 'zh' : 'en'
}
