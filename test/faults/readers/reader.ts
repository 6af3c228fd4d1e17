/** An entry as a reader got it. */
export interface Seen {
  number: number
  event: string
  /** The parsed JSON, or the words. */
  data: unknown
}

/** What one reader has seen in all its connections together. */
export interface ReaderHistory {
  name: string
  room: string
  format: 'json' | 'text'
  /** The number of the entry after which it began; undefined while it does not know. */
  base: number | undefined
  seen: Seen[]
  /** How often it was told that something it had missed is gone. */
  resets: number
  /** Where it was told to go on: the entries after `after`, up to `to`, it does not get. */
  skips: { after: number; to: number }[]
  reconnects: number
  /** Answers that no reader should get. */
  refusals: string[]
}

/** Where a reader begins: with the first entry, with what is said from now on, or after the newest page of history. */
export type Beginning = 'start' | 'live' | 'history'

/** A client that reads one room until it is stopped, however often its connection ends. */
export interface Reader {
  readonly history: ReaderHistory
  start(): void
  /** Resolves when its connection is closed. */
  stop(): Promise<void>
  /** Has one that reads slowly read as fast as it can. */
  hurry?(): void
}

/** Where and how a reader reads. */
export interface Reading {
  url: string
  room: string
  format: 'json' | 'text'
  beginning: Beginning
}

export function emptyHistory(kind: string, { room, format, beginning }: Reading): ReaderHistory {
  const name = `${kind} of ${room} in ${format} from ${beginning}`
  return {
    name,
    room,
    format,
    base: beginning === 'start' ? 0 : undefined,
    seen: [],
    resets: 0,
    skips: [],
    reconnects: 0,
    refusals: [],
  }
}

/** The number in an id. */
export function numberOf(id: string): number {
  return Number(id.slice(id.lastIndexOf('-') + 1))
}

/** The number of the last entry that a reader has got, or of the one after which it began, or was told to go on. */
export function lastOf({ base, seen, skips }: ReaderHistory): number {
  return Math.max(seen.at(-1)?.number ?? base ?? 0, skips.at(-1)?.to ?? 0)
}
