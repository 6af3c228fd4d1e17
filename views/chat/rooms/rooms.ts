import { signal } from '@preact/signals'
import type { Api, ListedRoom } from '../api.ts'
import { entriesAfter, readMarks } from '../attention/visit.ts'

/** A room of the list, with the number of entries that are new since the reader's last visit. */
export interface KnownRoom extends ListedRoom {
  unread: number
}

const EVERY_MS = 60_000
const MOST_SHOWN = 30

/** The rooms of this server, as of the last request. */
export class Rooms {
  readonly list = signal<KnownRoom[]>([])
  readonly #api: Api
  readonly #room: string

  constructor(api: Api, room: string) {
    this.#api = api
    this.#room = room
  }

  /** Requests the list now, and once a minute while the page is visible. */
  start(): void {
    void this.refresh()
    setInterval(() => {
      if (!document.hidden) void this.refresh()
    }, EVERY_MS)
  }

  async refresh(): Promise<void> {
    const answer = await this.#api.rooms()
    if (!answer.ok) return
    const marks = readMarks()
    const known = answer.value.rooms.map(({ room, count, head }): KnownRoom => {
      return { room, count, head, unread: room === this.#room ? 0 : entriesAfter(marks[room], head) }
    })
    // Rooms with unread entries come first, so that a long list does not cut them off.
    const isNews = ({ unread }: KnownRoom) => unread > 0
    const others = known.filter((room) => !isNews(room))
    this.list.value = [...known.filter(isNews), ...others].slice(0, MOST_SHOWN)
  }
}

/** The room name for what the reader typed, with spaces replaced; undefined if it is not a valid name. */
export function roomNameOf(typed: string): string | undefined {
  const name = typed.trim().replace(/^#/, '').replaceAll(/\s+/g, '-').normalize('NFKC').toLowerCase()
  return /^[\p{L}\p{M}\p{N}_-]{1,64}$/u.test(name) ? name : undefined
}
