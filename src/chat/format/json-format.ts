import { encode, type Frame } from '../../sse/index.ts'
import { entryJson } from '../log/entry-json.ts'
import { formatId } from '../log/cursor.ts'
import { RETRY_MS, type Epochal, type Format } from './format.ts'
import type { Judgement } from '../room/verdict.ts'

/** Named events, each with one JSON object. */
export function jsonFormat(log: Epochal): Format {
  const event = (name: string, data: object, id?: string): Frame => encode({ event: name, data, id })

  function ready({ verdict, cursor }: Judgement, retry?: number): Frame {
    const data = { ...verdict, head: formatId(log.epoch, verdict.head) }
    return encode({ event: 'ready', data, id: formatId(log.epoch, cursor), retry })
  }

  return {
    entry: (entry) => event(entry.event, entryJson(log.epoch, entry), formatId(log.epoch, entry.number)),
    opening: (judgement) => ready(judgement, RETRY_MS),
    lost: (room, head) => ready({ verdict: { room, resume: 'reset', replayed: 0, head }, cursor: head }),
    joined: (name) => event('joined', { name }),
    left: (name) => event('left', { name }),
    typing: (name) => event('typing', { name }),
    roster: (roster) => event('roster', roster),
    session: (name) => event('session', { name }),
    store: (isReachable) => event('store', { reachable: isReachable }),
    heartbeat: (now) => event('heartbeat', { at: new Date(now).toISOString() }),
    closing: (retryMs) => encode({ event: 'closing', data: { retry: retryMs }, retry: retryMs }),
  }
}
