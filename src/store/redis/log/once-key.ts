import type { Pseudonyms } from '../../../chat/log/pseudonyms.ts'
import type { Once } from '../../../chat/log/room-log.ts'

/** Milliseconds for which an idempotency key is remembered. */
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000

/** A keyed hash by which a room recognizes a repeated message. It reveals neither the sender's address nor the text. */
export function fingerprintOf({ key, sender }: Once, pseudonyms: Pseudonyms): string {
  return pseudonyms.fingerprint(`${key} ${sender}`)
}
