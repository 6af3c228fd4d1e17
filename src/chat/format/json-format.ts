import { encode, type Frame } from '../../sse/index.ts'
import { entryJson } from '../log/entry-json.ts'
import { formatId } from '../log/cursor.ts'
import { RETRY_MS, type Format } from './format.ts'
import type { ResolvedCursor } from '../room/resumption.ts'

/** The format of `format=json`: named events, each with one JSON object. */
export const JSON_FORMAT: Format = {
  entry: (epoch, entry) => event(entry.event, entryJson(epoch, entry), formatId(epoch, entry.number)),
  opening: (epoch, resolved) => ready(epoch, resolved, RETRY_MS),
  lost: (epoch, room, head) => ready(epoch, { resumption: { room, resume: 'reset', replayed: 0, head }, cursor: head }),
  joined: (name) => event('joined', { name }),
  left: (name) => event('left', { name }),
  renamed: (before, after) =>
    Buffer.concat([event('left', { name: before, now: after }), event('joined', { name: after, was: before })]),
  typing: (name) => event('typing', { name }),
  roster: (roster) => event('roster', roster),
  session: (name) => event('session', { name }),
  store: (isReachable) => event('store', { reachable: isReachable }),
  heartbeat: (now) => event('heartbeat', { at: new Date(now).toISOString() }),
  closing: (retryMs) => encode({ event: 'closing', data: { retry: retryMs }, retry: retryMs }),
}

function event(name: string, data: object, id?: string): Frame {
  return encode({ event: name, data, id })
}

function ready(epoch: string, { resumption, cursor }: ResolvedCursor, retry?: number): Frame {
  const data = { ...resumption, head: formatId(epoch, resumption.head) }
  return encode({ event: 'ready', data, id: formatId(epoch, cursor), retry })
}
