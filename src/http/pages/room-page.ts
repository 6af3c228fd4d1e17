import { Router } from '@koa/router'
import type { Context, Middleware, Next } from 'koa'
import { formatId } from '../../chat/log/cursor.ts'
import { standingJson } from '../../chat/log/entry-json.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import type { Observer } from '../../chat/room/observer.ts'
import { historyPage } from '../limits/answer-size.ts'
import type { Views } from './assets.ts'
import { chatPageHtml, type ChatForm } from './room-page-html.ts'
import { ERRORS } from '../middleware/error-table.ts'
import { codeOf, setRetryAfter } from '../middleware/errors.ts'
import { framedHeaders, pageHeaders } from '../middleware/page-headers.ts'
import { renewCookie, sessionOf } from '../middleware/session.ts'
import { sendPage } from './send-page.ts'
import { queryText } from '../request/query.ts'
import { roomOf } from '../request/room-param.ts'
import { viewOf, viewQuery } from './view.ts'

const MESSAGES_SHOWN = 50

export interface RoomPageDependencies {
  log: RoomLog
  views: Views
  /** The origins whose pages may embed a room in a frame; `*` for any. */
  embedOrigins: readonly string[]
  /** Milliseconds after which an unused session expires. */
  lifetimeMs: number
  /** Parses the body of a form. */
  body: Middleware
  /** How fast somebody reads. */
  reads: Middleware
  /** Counts the refusals that are answered with a page. */
  observer: Observer
}

export interface RoomPage {
  /** `GET /` and `GET /rooms/:room`: the page of a room, in any view. */
  routes: Router
  /**
   * Answers a form that a browser without scripts posts with the page. Must run before the route that handles the post.
   */
  answerForm: Middleware
}

export function makeRoomPage({
  log,
  views,
  embedOrigins,
  lifetimeMs,
  body,
  reads,
  observer,
}: RoomPageDependencies): RoomPage {
  const own = pageHeaders()
  const framed = framedHeaders(embedOrigins)

  function headers(ctx: Context, next: Next): Promise<unknown> {
    return (viewOf(ctx).view === 'page' ? own : framed)(ctx, next) as Promise<unknown>
  }

  async function show(ctx: Context): Promise<void> {
    sendPage(ctx, await html(ctx, { name: queryText(ctx, 'name') }))
    if (viewOf(ctx).view === 'page') renewCookie(ctx, lifetimeMs)
  }

  async function html(ctx: Context, form: ChatForm): Promise<string> {
    const room = roomOf(ctx)
    const look = viewOf(ctx)
    // Any site may embed the page, so ignore the session in a frame: clickjacking must not post under the reader's
    // name.
    const name = look.view === 'page' ? (sessionOf(ctx)?.name.text ?? null) : null
    const { epoch, messages, more, head } = await historyPage(log, room, MESSAGES_SHOWN)
    const state = {
      room,
      language: look.language,
      view: look.view,
      name,
      cursor: formatId(epoch, head),
      more,
      messages: messages.map((message) => standingJson(epoch, message)),
    }
    const template = views.text(look.view === 'read' ? 'read.html' : 'chat.html')
    return chatPageHtml(template, { ...look, room, name, messages, state, form, query: viewQuery(ctx) })
  }

  /**
   * Redirects a posted form to the page; or shows the page with the error and the typed text when the post is refused.
   */
  async function answerForm(ctx: Context, next: Next): Promise<unknown> {
    // Every post passes here, so check the cheapest condition first.
    const isForm = ctx.get('Accept').includes('html') && ctx.accepts('json', 'html') === 'html' && ctx.is('urlencoded')
    if (!isForm) return next()
    try {
      // Parse the body before anything can refuse the request: the page shows the typed text again.
      await body(ctx, next)
      ctx.redirect(`/rooms/${encodeURIComponent(roomOf(ctx))}${viewQuery(ctx, { name: typed(ctx).name })}`)
      ctx.status = 303
    } catch (error) {
      const code = codeOf(error)
      if (code === 'internal') throw error
      const { status, ...sentences } = ERRORS[code]
      return headers(ctx, async () => {
        sendPage(ctx, await html(ctx, { ...typed(ctx), failure: sentences[viewOf(ctx).language] }))
        ctx.status = status
        setRetryAfter(ctx, error)
        observer.refused(code)
      })
    }
    return undefined
  }

  return { routes: new Router().get(['/', '/rooms/:room'], reads, headers, show), answerForm }
}

/** The text of the form's fields. Ignores a field that is repeated or is not text: the form does not send such. */
function typed(ctx: Context): ChatForm {
  const { name, message } = (ctx.request.body ?? {}) as Record<string, unknown>
  return {
    name: typeof name === 'string' ? name : undefined,
    message: typeof message === 'string' ? message : undefined,
  }
}
