import { randomBytes } from 'node:crypto'
import { Pseudonyms } from '../../chat/log/pseudonyms.ts'
import { SECRET } from './keys.ts'
import type { Shards } from './link/shards.ts'

const BYTES = 32

/** The secret that all nodes of a Redis share. The first node makes it. It must be opened before it is used. */
export class Secret {
  readonly #shards: Shards
  #value = randomBytes(BYTES).toString('base64url')
  #pseudonyms: Pseudonyms | undefined

  constructor(shards: Shards) {
    this.#shards = shards
  }

  get pseudonyms(): Pseudonyms {
    return this.#pseudonyms!
  }

  /** Takes the secret that Redis has. To be called again when Redis may have lost it: then this one is written back. */
  async open(): Promise<void> {
    const set = ['SET', SECRET, this.#value, 'NX', 'GET']
    const stored = await this.#shards.of(SECRET).send<string | null>(set)
    if (this.#pseudonyms && (stored ?? this.#value) === this.#value) return
    this.#value = stored ?? this.#value
    this.#pseudonyms = new Pseudonyms(Buffer.from(this.#value, 'base64url'))
  }
}
