import { Router } from '@koa/router'
import { join } from 'node:path'
import type { Context } from 'koa'
import { formatId } from '../chat/cursor.ts'
import { standingJson } from '../chat/entry-json.ts'
import type { Language } from '../chat/language.ts'
import { Refusal } from '../chat/refusal.ts'
import type { RoomLog } from '../chat/room-log.ts'
import { loadAssets, sendAsset, type Asset } from './assets.ts'
import { fillTemplate } from './template.ts'
import { roomOf } from './room-param.ts'

const FOR_EVER = 'public, max-age=31536000, immutable'
const REVALIDATED = 'no-cache'
const MESSAGES_SHOWN = 50

/**
 * GET /, /rooms/:room: the chat page. GET /diagnostics: the page that shows what arrives. GET /eventsource.js,
 * /assets/:file: what they load. `directory` holds the built views.
 */
export function pageRoutes(log: RoomLog, directory: string): Router {
  const files = loadAssets(directory)
  const assets = loadAssets(join(directory, 'assets'))

  async function chat(ctx: Context): Promise<void> {
    const room = roomOf(ctx)
    const { messages, more, head } = await log.history(room, MESSAGES_SHOWN)
    const state = {
      room,
      language: ctx.state.language as Language,
      cursor: formatId(log.epoch, head),
      more,
      messages: messages.map((message) => standingJson(log.epoch, message)),
    }
    ctx.type = 'html'
    ctx.set('Cache-Control', REVALIDATED)
    ctx.body = fillTemplate(template('chat.html'), state.language, state, messages)
  }

  function diagnostics(ctx: Context): void {
    ctx.type = 'html'
    ctx.set('Cache-Control', REVALIDATED)
    ctx.body = fillTemplate(template('diagnostics.html'), ctx.state.language as Language, {}, [])
  }

  function eventSource(ctx: Context): void {
    sendAsset(ctx, find(files, 'eventsource.js'), REVALIDATED)
  }

  function asset(ctx: Context): void {
    sendAsset(ctx, find(assets, String(ctx.params.file)), FOR_EVER)
  }

  function template(name: string): string {
    return find(files, name).identity.toString()
  }

  return new Router()
    .get(['/', '/rooms/:room'], chat)
    .get('/diagnostics', diagnostics)
    .get('/eventsource.js', eventSource)
    .get('/assets/:file', asset)
}

function find(assets: Map<string, Asset>, name: string): Asset {
  const asset = assets.get(name)
  if (!asset) throw new Refusal('not_found')
  return asset
}
