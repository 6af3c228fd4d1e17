import { Refusal } from '../../../chat/refusal.ts'
import { roomKeys } from '../keys.ts'
import type { Epoch } from '../link/epoch.ts'
import type { Shards } from '../link/shards.ts'
import { RESTAMP } from './log-scripts.ts'
import { runInRoom } from './run-in-room.ts'

/** What a room has answered, and the epoch that it bears; none when it is new, or from before rooms bore one. */
export type Stamped<Answer> = Answer & { stamp: string | null }

/** What an adding script answers: what it has done, or why it has done nothing (see `obstacle` in `log-scripts.ts`). */
export type Reply<Value> = [verdict: string, value: Value]

/** What is known here of the room that a script is to add to. */
export interface Known {
  epoch: string
  /** Whether it may be a new room: its server has lost nothing. */
  mayCreate: boolean
}

/** After so many changes of the epoch within one request, somebody is told to come again. */
const MOST_ATTEMPTS = 5

/**
 * Gives every answer of a room the epoch that it belongs to. A room bears the epoch of its newest entry, on its own
 * server, so that a node that has not heard of a new epoch cannot add or answer under the old one.
 */
export class RoomEpochs {
  readonly #shards: Shards
  readonly #epoch: Epoch

  constructor(shards: Shards, epoch: Epoch) {
    this.#shards = shards
    this.#epoch = epoch
  }

  /** The epoch as this node knows it. */
  get name(): string {
    return this.#epoch.name
  }

  /** What `ask` answers, once the room bears the epoch that is known here, or none. */
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

  /** Runs a script that adds to the room, until nothing is in its way; answers with its verdict. */
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

  /** Either this node has not heard of the room's epoch, or nobody has used the room in the newest one. */
  async #reconcile(room: string, stamp: string): Promise<void> {
    const known = this.#epoch.name
    await this.#epoch.confirm()
    if (this.#epoch.name === known) await runInRoom(this.#shards, RESTAMP, room, [stamp, known])
  }
}
