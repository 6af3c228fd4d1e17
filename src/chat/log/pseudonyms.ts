import { createHmac } from 'node:crypto'

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567'
const AUTHOR_LETTERS = 10
const FINGERPRINT_LETTERS = 26

/**
 * Makes pseudonyms: HMACs (SHA-256) in base32, with which a store recognises a session or sender without keeping or
 * showing who it is. The caller must pass the same secret for as long as the store keeps its logs.
 */
export class Pseudonyms {
  readonly #secret: Uint8Array

  constructor(secret: Uint8Array) {
    this.#secret = secret
  }

  /** Returns the author, 10 characters, for a session's id; null for a guest. */
  author(session: string | null): string | null {
    return session === null ? null : this.#hash(`author ${session}`, AUTHOR_LETTERS)
  }

  /** Returns the fingerprint, 26 characters, of a text that identifies a sender. */
  fingerprint(sender: string): string {
    return this.#hash(`sender ${sender}`, FINGERPRINT_LETTERS)
  }

  #hash(text: string, letters: number): string {
    const digest = createHmac('sha256', this.#secret).update(text).digest()
    // Each letter encodes the low five bits of one byte.
    return Array.from(digest.subarray(0, letters), (byte) => LETTERS[byte & 31]).join('')
  }
}
