import type { Stream } from './section.ts'
import { wording } from './wording.ts'

const ROOM_EVENTS = [
  'ready',
  'message',
  'edited',
  'deleted',
  'erased',
  'roster',
  'joined',
  'left',
  'typing',
  'heartbeat',
  'closing',
]

/** The streams that the page measures: the clock, the test events, and a room (the lobby if `room` is null). */
export function streams(room: string | null): Stream[] {
  return [
    {
      id: 'clock',
      title: wording.clock,
      url: '/stream',
      events: ['connecttime', 'message'],
      everyMs: 1000,
      enough: 4,
      sentAt: ({ type, data }) => (type === 'message' ? valid(Date.parse(data)) : undefined),
    },
    {
      id: 'test',
      title: wording.test,
      url: '/es',
      events: ['test'],
      everyMs: 3000,
      enough: 2,
      sentAt: ({ data }) => valid(Number(field(data, 'b'))),
    },
    {
      id: 'room',
      title: wording.room(room ?? 'lobby'),
      url: `${room === null ? '' : `/rooms/${encodeURIComponent(room)}`}/chat?format=json`,
      events: ROOM_EVENTS,
      everyMs: 15_000,
      enough: 1,
      // Other events may be replayed, long after their time; only heartbeats are always sent at their time.
      sentAt: ({ type, data }) => (type === 'heartbeat' ? valid(Date.parse(String(field(data, 'at')))) : undefined),
    },
  ]
}

function field(json: string, name: string): unknown {
  try {
    return (JSON.parse(json) as Record<string, unknown> | null)?.[name]
  } catch {
    return undefined
  }
}

function valid(time: number): number | undefined {
  return Number.isNaN(time) ? undefined : time
}
