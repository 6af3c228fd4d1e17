import { Router } from '@koa/router'
import type { Context } from 'koa'
import { sendAsset, type Views } from './assets.ts'
import { pageHeaders } from '../middleware/page-headers.ts'
import { sendPage } from './send-page.ts'
import { fillTemplate } from './template.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'
const REVALIDATED = 'no-cache'

/**
 * `GET /diagnostics`: the page that shows which events arrive. `GET /eventsource.js`, `GET /embed.js`: scripts for
 * other sites. `GET /assets/:file`: the scripts and styles of our pages.
 */
export function pageRoutes(views: Views): Router {
  function diagnostics(ctx: Context): void {
    const language = ctx.state.language === 'zh' ? 'zh-CN' : 'en'
    sendPage(ctx, fillTemplate(views.text('diagnostics.html'), { language, state: '{}' }))
  }

  function script(name: string): (ctx: Context) => void {
    return function script(ctx) {
      // Allow embedding by pages that send Cross-Origin-Embedder-Policy.
      ctx.set('Cross-Origin-Resource-Policy', 'cross-origin')
      sendAsset(ctx, views.file(name), REVALIDATED)
    }
  }

  function asset(ctx: Context): void {
    sendAsset(ctx, views.asset(String(ctx.params.file)), FOR_EVER)
  }

  return new Router()
    .get('/diagnostics', pageHeaders(), diagnostics)
    .get('/eventsource.js', script('eventsource.js'))
    .get('/embed.js', script('embed.js'))
    .get('/assets/:file', asset)
}
