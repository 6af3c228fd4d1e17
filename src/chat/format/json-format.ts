import { encode, type Frame } from '../../sse/index.ts'
import { formatId } from '../log/cursor.ts'
import { entryJson } from '../log/entry-json.ts'
import { RETRY_MS, startingPoint, type Epochal, type Format } from './format.ts'
import type { Verdict } from '../room/verdict.ts'

/** Named events, each with one JSON object. */
export function jsonFormat(log: Epochal): Format {
  // JSON never holds a raw line break, so `data` fits on one line.
  const event = (name: string, data: object, id?: string, retry?: number): Frame =>
    encode({ event: name, data: JSON.stringify(data), id, retry })

  function ready(verdict: Verdict, retry?: number): Frame {
    const head = formatId(log.epoch, verdict.head)
    return event('ready', { ...verdict, head }, verdict.resume === 'reset' ? head : undefined, retry)
  }

  return {
    entry: (entry) => event(entry.event, entryJson(log.epoch, entry), formatId(log.epoch, entry.number)),
    opening: (verdict) => Buffer.concat([ready(verdict, RETRY_MS), startingPoint(log.epoch, verdict)]),
    lost: (room, head) => ready({ room, resume: 'reset', replayed: 0, head }),
    joined: (name) => event('joined', { name }),
    left: (name) => event('left', { name }),
    typing: (name) => event('typing', { name }),
    roster: (roster) => event('roster', roster),
    session: (name) => event('session', { name }),
    store: (isReachable) => event('store', { reachable: isReachable }),
    heartbeat: (now) => event('heartbeat', { at: new Date(now).toISOString() }),
    closing: (retryMs) => event('closing', { retry: retryMs }, undefined, retryMs),
  }
}
