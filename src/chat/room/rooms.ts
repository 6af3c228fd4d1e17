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
  /** Milliseconds between two sweeps, which close rooms without clients. */
  sweepMs: number
  /** How many rooms may be open; by default any number. */
  most?: number | undefined
  /** How many open rooms may have been opened for one address; by default any number. */
  mostPerAddress?: number | undefined
}

/**
 * The open rooms of this node. A room is opened by the first `get`, and closed by the second sweep after its last
 * client has left. A Room can end at any time, so callers must not keep one across an `await`: call `get` again. Call
 * `close` in the end.
 */
export class Rooms {
  readonly #log: RoomLog
  readonly #neighbours: Neighbours
  readonly #hub: Hub
  readonly #options: RoomsOptions
  readonly #opening = new Map<string, Promise<Room>>()
  readonly #open = new Map<string, Room>()
  readonly #openers: Openers
  /** Rooms that were empty at the last sweep. A room is closed when two sweeps in a row find it empty. */
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
   * The room of a canonical name, which it opens when necessary; `address` is the client's, for the limits. Rejects
   * with the Refusals `rooms_full`, `not_found` for a new room that may not have this name, and `store_unreachable`.
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

  /** The room, if it is open on this node. */
  find(name: string): Room | undefined {
    return this.#open.get(name)
  }

  /** Sends a typing notice to a room on all nodes. The room need not be open here. */
  typing(name: string, session: Session): void {
    const room = this.#open.get(name)
    if (!room || room.audience.typing(session)) this.#neighbours.publish(name, { typing: session.name })
  }

  /** Announces on all nodes that a session has taken its name in a room. */
  announce(name: string, session: Session): void {
    const room = this.#open.get(name)
    if (room) room.audience.announce(session)
    else this.#neighbours.publish(name, { announced: session })
  }

  /** Who is in a room, on all nodes. */
  async roster(name: string): Promise<Required<Roster>> {
    return this.#open.get(name)?.audience.roster ?? this.#neighbours.roster(name)
  }

  /** How many people are in each room, on all nodes. Has only rooms with somebody in them. */
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

  /** The sessions of all streams. A session with an open stream counts as used. */
  *sessions(): Iterable<Session> {
    for (const room of this.#open.values()) yield* room.audience.sessions
  }

  /** Renames a session in every room, or, when it is over (undefined), turns its streams into guests'. */
  changeSession(before: Session, after: Session | undefined): void {
    for (const room of this.#open.values()) room.audience.changeSession(before, after)
  }

  /** Closes every room, including those that are still being opened. Answers the long polls. */
  close(): void {
    this.#isClosed = true
    clearInterval(this.#sweeper)
    for (const room of this.#open.values()) room.close()
    this.#open.clear()
  }

  #refuseTooMany(address: string): void {
    const { most = Infinity, sweepMs } = this.#options
    // A room that becomes empty now is closed by the second sweep from now.
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
