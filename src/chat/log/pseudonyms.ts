import { createHmac } from 'node:crypto'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'
const AUTHOR_LETTERS = 10
const FINGERPRINT_LETTERS = 26

/** Names for what a store must recognise but not keep or show: HMACs (SHA-256) with the store's secret, in base32. */
export class Pseudonyms {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** The author of what a session writes, by the session's id: 10 characters. Null for what no session writes. */
  author(session: string | null): string | null {
    return session === null ? null : this.#hash(`author ${session}`, AUTHOR_LETTERS)
  }

  /** The fingerprint of a sender's address, name and text: 26 characters. */
  fingerprint(sender: string): string {
    return this.#hash(`sender ${sender}`, FINGERPRINT_LETTERS)
  }

  #hash(text: string, letters: number): string {
    const digest = createHmac('sha256', this.#secret).update(text).digest()
    // Five bits of each byte give one letter.
    return Array.from(digest.subarray(0, letters), (byte) => LETTERS[byte & 31]).join('')
  }
}
