import { signal } from '@preact/signals'
import type { Api, ListedRoom } from '../api.ts'
import { entriesAfter, readMarks } from '../attention/visit.ts'

/** A room of the list, with how much is new there to a reader who has been there before. */
export interface KnownRoom extends ListedRoom {
  unread: number
}

const EVERY_MS = 60_000
const MOST_SHOWN = 30

/** The rooms of the house, as they were lately. */
export class Rooms {
  readonly list = signal<KnownRoom[]>([])
  readonly #api: Api
  readonly #room: string

  constructor(api: Api, room: string) {
    this.#api = api
    this.#room = room
  }

  /** Looks now, and once a minute while the page is visible. */
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
    // What is new to the reader comes first, so that it is on the list however many rooms there are.
    const isNews = ({ unread }: KnownRoom) => unread > 0
    const others = known.filter((room) => !isNews(room))
    this.list.value = [...known.filter(isNews), ...others].slice(0, MOST_SHOWN)
  }
}

/** The name of a room as it is typed, made fit for an address; undefined when it cannot be one. */
export function roomNameOf(typed: string): string | undefined {
  const name = typed.trim().replace(/^#/, '').replaceAll(/\s+/g, '-').normalize('NFKC').toLowerCase()
  return /^[\p{L}\p{M}\p{N}_-]{1,64}$/u.test(name) ? name : undefined
}
