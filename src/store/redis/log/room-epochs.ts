import { Refusal } from '../../../chat/refusal.ts'
import { roomKeys } from '../keys.ts'
import type { Epoch } from '../link/epoch.ts'
import type { Shards } from '../link/shards.ts'
import { RESTAMP } from './log-scripts.ts'
import { runInRoom } from './run-in-room.ts'

/** A script's answer with the room's epoch; null for a new room, or one written before rooms stored their epoch. */
export type Stamped<Answer> = Answer & { stamp: string | null }

/** The answer of a script that adds entries: its result, or why it added nothing (`obstacle` in `log-scripts.ts`). */
export type Reply<Value> = [verdict: string, value: Value]

/** What this node knows of a room when it runs a script that adds entries. */
export interface Known {
  epoch: string
  /** Whether the script may create the room: true once its server has been checked for lost data. */
  mayCreate: boolean
}

/** After this many attempts, a request fails with `store_unreachable`, so that the client retries later. */
const MOST_ATTEMPTS = 5

/**
 * Makes sure that this node uses the right epoch for each read and write of a room. Each room stores the epoch of its
 * newest entry on its own server, so a node that does not know a new epoch yet cannot read or write with the old one.
 * Callers must run every script that reads or adds entries through `read` or `add`.
 */
export class RoomEpochs {
  readonly #shards: Shards
  readonly #epoch: Epoch

  constructor(shards: Shards, epoch: Epoch) {
    this.#shards = shards
    this.#epoch = epoch
  }

  /** The epoch that this node knows. */
  get name(): string {
    return this.#epoch.name
  }

  /** Calls `ask` until the room has the epoch that this node knows, or none; returns the answer with that epoch. */
  async read<Answer extends object>(
    room: string,
    ask: () => Promise<Stamped<Answer>>,
  ): Promise<Answer & { epoch: string }> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const epoch = this.#epoch.name
      const { stamp, ...answer } = await ask()
      if (stamp === null || stamp === epoch) return { ...(answer as unknown as Answer), epoch }
      await this.#reconcile(room, stamp)
    }
    throw new Refusal('store_unreachable', 1)
  }

  /** Calls `run`, which runs an adding script, until it meets no obstacle; returns its reply with the epoch. */
  async add<Value>(
    room: string,
    run: (known: Known) => Promise<Reply<Value>>,
  ): Promise<[...Reply<Value>, epoch: string]> {
    let mayCreate = false
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const epoch = this.#epoch.name
      const [verdict, value] = await run({ epoch, mayCreate })
      if (verdict === 'other_epoch') {
        await this.#reconcile(room, value as string)
      } else if (verdict === 'lost') {
        await this.#epoch.renew()
      } else if (verdict === 'no_room') {
        await this.#epoch.confirmIntact(this.#shards.of(roomKeys(room).entries))
        mayCreate = true
      } else {
        return [verdict, value, epoch]
      }
    }
    throw new Refusal('store_unreachable', 1)
  }

  /**
   * Either this node does not know the room's newer epoch yet, or no node has used the room since the epoch changed.
   */
  async #reconcile(room: string, stamp: string): Promise<void> {
    const known = this.#epoch.name
    await this.#epoch.confirm()
    if (this.#epoch.name === known) await runInRoom(this.#shards, RESTAMP, room, [stamp, known])
  }
}
