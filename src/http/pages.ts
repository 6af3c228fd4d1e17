import { Router } from '@koa/router'
import { join } from 'node:path'
import type { Context, Next } from 'koa'
import { formatId } from '../chat/cursor.ts'
import { standingJson } from '../chat/entry-json.ts'
import type { Language } from '../chat/language.ts'
import { Refusal } from '../chat/refusal.ts'
import type { RoomLog } from '../chat/room-log.ts'
import { historyPage } from './answer-size.ts'
import { assetText, loadAssets, sendAsset } from './assets.ts'
import { chatPageHtml, type ChatForm } from './chat-page.ts'
import { ERRORS } from './errors.ts'
import { codeOf } from './middleware/errors.ts'
import { pageHeaders } from './middleware/page-headers.ts'
import { sessionOf } from './middleware/session.ts'
import { queryText } from './query.ts'
import { inRoom, roomOf } from './room-param.ts'
import { fillTemplate } from './template.ts'
import { etagOf } from './etag.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'
const REVALIDATED = 'no-cache'
const MESSAGES_SHOWN = 50

/**
 * GET /, /rooms/:room: the chat page; its form, which works without a script, is answered with the page. GET
 * /diagnostics: the page that shows what arrives. GET /eventsource.js, /assets/:file: what they load. `directory` holds
 * the built views.
 */
export function pageRoutes(log: RoomLog, directory: string): Router {
  const files = loadAssets(directory)
  const assets = loadAssets(join(directory, 'assets'))
  const headers = pageHeaders()

  async function chat(ctx: Context): Promise<void> {
    sendPage(ctx, await chatPage(ctx, { name: queryText(ctx, 'name') }))
  }

  async function chatPage(ctx: Context, form: ChatForm): Promise<string> {
    const room = roomOf(ctx)
    const language = ctx.state.language as Language
    const name = sessionOf(ctx)?.name.text ?? null
    const { messages, more, head } = await historyPage(log, room, MESSAGES_SHOWN)
    const state = {
      room,
      language,
      name,
      cursor: formatId(log.epoch, head),
      more,
      messages: messages.map((message) => standingJson(log.epoch, message)),
    }
    return chatPageHtml(template('chat.html'), { room, language, name, messages, state, form })
  }

  /** A form is posted by a browser, which is to see the page again: with what it said, or why that was not taken. */
  async function answerForm(ctx: Context, next: Next): Promise<void> {
    // Asked in the order of what it costs: every post comes by here.
    const isForm = ctx.get('Accept').includes('html') && ctx.accepts('json', 'html') === 'html' && ctx.is('urlencoded')
    if (!isForm) return next()
    const fields = () => (ctx.request.body ?? {}) as ChatForm
    try {
      await next()
      const { name } = fields()
      ctx.redirect(`/rooms/${encodeURIComponent(roomOf(ctx))}${name ? `?name=${encodeURIComponent(name)}` : ''}`)
      ctx.status = 303
    } catch (error) {
      const code = codeOf(error)
      if (code === 'internal') throw error
      const { status, ...sentences } = ERRORS[code]
      sendPage(ctx, await chatPage(ctx, { ...fields(), failure: sentences[ctx.state.language as Language] }))
      ctx.status = status
    }
  }

  function diagnostics(ctx: Context): void {
    const language = ctx.state.language === 'zh' ? 'zh-CN' : 'en'
    sendPage(ctx, fillTemplate(template('diagnostics.html'), { language, state: '{}' }))
  }

  function eventSource(ctx: Context): void {
    sendAsset(ctx, find(files, 'eventsource.js'), REVALIDATED)
  }

  function asset(ctx: Context): void {
    sendAsset(ctx, find(assets, String(ctx.params.file)), FOR_EVER)
  }

  function template(name: string): string {
    return assetText(find(files, name))
  }

  return new Router()
    .get(['/', '/rooms/:room'], headers, chat)
    .post(inRoom('/chat'), answerForm)
    .get('/diagnostics', headers, diagnostics)
    .get('/eventsource.js', eventSource)
    .get('/assets/:file', asset)
}

/** Answers with a page, which is the reader's own; 304 when they have it. */
function sendPage(ctx: Context, html: string): void {
  ctx.status = 200
  ctx.type = 'html'
  ctx.set('Cache-Control', `private, ${REVALIDATED}`)
  ctx.etag = etagOf(html)
  ctx.body = html
  if (ctx.method !== 'POST' && ctx.fresh) ctx.status = 304
}

function find<Asset>(assets: Map<string, Asset>, name: string): Asset {
  const asset = assets.get(name)
  if (!asset) throw new Refusal('not_found')
  return asset
}
