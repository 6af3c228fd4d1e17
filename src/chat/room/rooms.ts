import type { Hub } from '../../sse/index.ts'
import { Refusal } from '../refusal.ts'
import { Room, type RoomOptions } from './room.ts'
import { isNewRoomName } from './room-name.ts'
import type { Neighbours } from '../presence/neighbours.ts'
import { Openers } from './openers.ts'
import type { Roster } from '../presence/presence.ts'
import type { RoomLog } from '../log/room-log.ts'
import type { Session } from '../names/session.ts'
import type { Store } from '../store.ts'

export interface RoomsOptions extends RoomOptions {
  /** Milliseconds between two looks for rooms that everybody has left. */
  sweepMs: number
  /** How many rooms are open at the most; any number by default. */
  most?: number | undefined
  /** How many of them the streams of one address may have opened; any number by default. */
  mostPerAddress?: number | undefined
}

/**
 * The rooms that somebody is in, each opened when it is first asked for and closed some time after the last has left.
 * When there are as many as there may be, in all or opened by one address, another is refused as `rooms_full`. A room that
 * ends is dropped: whoever keeps one across an `await` may hold one that has ended, and must then ask again.
 */
export class Rooms {
  readonly #log: RoomLog
  readonly #neighbours: Neighbours
  readonly #hub: Hub
  readonly #options: RoomsOptions
  readonly #opening = new Map<string, Promise<Room>>()
  readonly #open = new Map<string, Room>()
  readonly #openers: Openers
  /** Rooms that nobody was in at the last sweep: one that has just been asked for is given its time. */
  #idle = new Set<Room>()
  readonly #sweeper: NodeJS.Timeout
  #isClosed = false

  constructor({ log, neighbours }: Pick<Store, 'log' | 'neighbours'>, hub: Hub, options: RoomsOptions) {
    this.#log = log
    this.#neighbours = neighbours
    this.#hub = hub
    this.#options = options
    this.#openers = new Openers(options.mostPerAddress ?? Infinity)
    this.#sweeper = setInterval(() => this.#sweep(), options.sweepMs).unref()
  }

  /**
   * The room of a name in canonical form, opened for somebody at an address. Rejects with `not_found` when it would be new and may not have that name, and
   * with `store_unreachable` when it cannot be followed now.
   */
  async get(name: string, address: string): Promise<Room> {
    const room = this.#open.get(name)
    if (room) {
      this.#idle.delete(room)
      return room
    }
    let opening = this.#opening.get(name)
    if (!opening) {
      this.#refuseTooMany(address)
      this.#openers.add(name, address)
      opening = this.#openRoom(name)
      this.#opening.set(name, opening)
    }
    return opening
  }

  /** The room, if anybody may be in it. */
  find(name: string): Room | undefined {
    return this.#open.get(name)
  }

  /** Somebody is typing in a room, which need not be open here. */
  typing(name: string, session: Session): void {
    const room = this.#open.get(name)
    if (!room || room.audience.typing(session)) this.#neighbours.tell(name, { typing: session.name })
  }

  /** Somebody has taken a name in a room: whoever listens there, on whatever node, is told. */
  announce(name: string, session: Session): void {
    const room = this.#open.get(name)
    if (room) room.audience.announce(session)
    else this.#neighbours.tell(name, { announced: session })
  }

  /** Who is in a room, on whatever node. */
  async roster(name: string): Promise<Required<Roster>> {
    return this.#open.get(name)?.audience.roster ?? this.#neighbours.roster(name)
  }

  /** How many are in each room in which somebody is, on whatever node. */
  async counts(): Promise<Map<string, number>> {
    const counts = await this.#neighbours.counts()
    for (const room of this.#open.values()) {
      const { count } = room.audience
      if (count > 0) counts.set(room.name, count)
      else counts.delete(room.name)
    }
    return counts
  }

  [Symbol.iterator](): IterableIterator<Room> {
    return this.#open.values()
  }

  /** The sessions of those who listen anywhere; a session is used while it does. */
  *sessions(): Iterable<Session> {
    for (const room of this.#open.values()) yield* room.audience.sessions
  }

  /** The session goes by another name, or is over, in every room. */
  changeSession(before: Session, after: Session | undefined): void {
    for (const room of this.#open.values()) room.audience.changeSession(before, after)
  }

  /** Closes every room, also one that is opened later; whoever waits in a long poll is answered. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#sweeper)
    for (const room of this.#open.values()) room.close()
    this.#open.clear()
  }

  #refuseTooMany(address: string): void {
    const { most = Infinity, sweepMs } = this.#options
    // A room that has just been left is closed by the second sweep from now.
    if (this.#open.size + this.#opening.size >= most || this.#openers.isFull(address))
      throw new Refusal('rooms_full', Math.ceil((2 * sweepMs) / 1000))
  }

  async #openRoom(name: string): Promise<Room> {
    try {
      const room = await new Room(name, this.#log, this.#hub, this.#options).open(this.#neighbours)
      if (room.head === 0 && !isNewRoomName(name)) {
        room.close()
        throw new Refusal('not_found')
      }
      if (this.#isClosed) {
        room.close()
      } else {
        this.#open.set(name, room)
        void room.ended.then(() => this.#drop(room))
      }
      return room
    } catch (error) {
      this.#openers.remove(name)
      throw error
    } finally {
      this.#opening.delete(name)
    }
  }

  #drop(room: Room): void {
    if (this.#open.get(room.name) !== room) return
    this.#open.delete(room.name)
    this.#openers.remove(room.name)
  }

  #sweep(): void {
    const idle = new Set<Room>()
    for (const room of this.#open.values()) {
      room.closeUnusedChannels()
      if (!room.isEmpty) continue
      if (!this.#idle.has(room)) {
        idle.add(room)
        continue
      }
      room.close()
      this.#drop(room)
    }
    this.#idle = idle
  }
}
