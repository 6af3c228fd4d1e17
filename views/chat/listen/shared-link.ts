import { effect, signal } from '@preact/signals'
import type { Roster, RoomEvent } from '../protocol.ts'
import type { Connection } from './connection.ts'
import { Leadership } from './leadership.ts'
import { RoomLink, type RoomLinkOptions } from './room-link.ts'
import { Tabs, type TabMessage } from './tabs.ts'

export interface SharedLinkOptions extends RoomLinkOptions {
  room: string
  /** The id of the last entry that this tab has, and the roster that it knows. */
  status: () => { head: string; roster: Roster }
  /** The leader has all entries up to `head`. */
  onHead: (head: string, roster: Roster) => void
  /** Another tab has changed the name. */
  onSession: (name: string | null) => void
  /** The reader is looking at the room in another tab. */
  onSeen: () => void
}

/** If the leader is silent for so long, ask it for its status: its stream brings a heartbeat every 15 s. */
const SILENCE_MS = 45_000
const ANSWER_MS = 3000

/** One connection for all tabs of a browser in the same room: the leader keeps it and passes its events to the others. */
export class SharedLink {
  readonly connection = signal<Connection>({ state: 'trying', since: Date.now() })
  readonly #options: SharedLinkOptions
  readonly #link: RoomLink
  readonly #tabs: Tabs
  readonly #leadership: Leadership
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(options: SharedLinkOptions) {
    this.#options = options
    const name = `teahouse ${options.access.scope} ${options.room}`
    this.#link = new RoomLink({ ...options, onEvent: (event) => this.#pass(event) })
    this.#tabs = new Tabs(name, (message) => this.#hear(message))
    this.#leadership = new Leadership({ name, onLead: () => this.#lead(), onFollow: () => this.#follow() })
  }

  get isLeader(): boolean {
    return this.#leadership.isLeader
  }

  start(): void {
    this.#follow()
    this.#leadership.start()
    effect(() => {
      const { value } = this.#link.connection
      if (!this.isLeader) return
      this.connection.value = value
      this.#tellStatus()
    })
  }

  /** Reconnects now. */
  open(): void {
    if (this.isLeader) this.#link.open()
    else this.#tabs.tell({ say: 'reopen' })
  }

  /** Call it when the device or the page wakes up: checks the connection, or that the leader still answers. */
  wake(): void {
    if (this.isLeader) this.#link.wake()
    else this.#ask()
  }

  /** The name has changed in this tab. Reconnects, because a stream keeps the name under which it was opened. */
  rename(name: string | null): void {
    if (this.isLeader) this.#link.open()
    this.#tabs.tell({ say: 'session', name })
  }

  /** The reader is looking at the room in this tab. */
  seen(): void {
    this.#tabs.tell({ say: 'seen' })
  }

  #lead(): void {
    clearTimeout(this.#timer)
    this.#link.open()
  }

  #follow(): void {
    this.#link.close()
    this.#ask()
  }

  #pass(event: RoomEvent): void {
    this.#options.onEvent(event)
    this.#tabs.tell({ say: 'event', event })
  }

  #hear(message: TabMessage): void {
    switch (message.say) {
      case 'session':
        this.#options.onSession(message.name)
        return this.isLeader ? this.#link.open() : undefined
      case 'seen':
        return this.#options.onSeen()
      case 'hello':
        return this.isLeader ? this.#tellStatus() : undefined
      case 'reopen':
        return this.isLeader ? this.#link.open() : undefined
      case 'event':
        this.#heard()
        return this.#options.onEvent(message.event)
      case 'status':
        this.#heard()
        this.connection.value = message.connection
        return this.#options.onHead(message.head, message.roster)
    }
  }

  #tellStatus(): void {
    this.#tabs.tell({ say: 'status', connection: this.#link.connection.value, ...this.#options.status() })
  }

  /** The leader has answered: restarts the timer that watches it. */
  #heard(): void {
    clearTimeout(this.#timer)
    if (!this.isLeader) this.#timer = setTimeout(() => this.#ask(), SILENCE_MS)
  }

  /** Asks the leader for its status, and takes its place if it does not answer. */
  #ask(): void {
    clearTimeout(this.#timer)
    this.#tabs.tell({ say: 'hello' })
    // When the device wakes up, all tabs ask at once; the random delay keeps them from all taking the lead.
    this.#timer = setTimeout(() => this.#leadership.seize(), ANSWER_MS * (1 + Math.random()))
  }
}
