import { Router } from '@koa/router'
import type { Context } from 'koa'
import { setTimeout as delay } from 'node:timers/promises'
import { Refusal } from '../../chat/refusal.ts'
import { LOBBY } from '../../chat/room/room-name.ts'
import type { RoomLog } from '../../chat/log/room-log.ts'
import type { Hub } from '../../sse/index.ts'

/** Milliseconds within which the store must answer to count as ready. */
const PATIENCE_MS = 2000

/** `GET /healthz`: the process is alive. `GET /readyz`: the store answers, and the server is not shutting down. */
export function operationRoutes(log: RoomLog, hub: Hub): Router {
  function health(ctx: Context): void {
    ctx.body = { status: 'ok' }
  }

  async function ready(ctx: Context): Promise<void> {
    if (hub.isEnding) throw new Refusal('draining')
    if (!(await Promise.race([answers(log), delay(PATIENCE_MS, false, { ref: false })])))
      throw new Refusal('store_unreachable')
    ctx.body = { status: 'ok' }
  }

  return new Router().get('/healthz', health).get('/readyz', ready)
}

/** Whether the store answers a cheap read. */
async function answers(log: RoomLog): Promise<boolean> {
  try {
    await log.extent(LOBBY)
    return true
  } catch {
    return false
  }
}
