import type { Pseudonyms } from '../../../chat/log/pseudonyms.ts'
import type { Once } from '../../../chat/log/room-log.ts'

/** For how long a key of idempotency is good. */
export const KEY_LIFETIME_MS = 24 * 60 * 60 * 1000

/** By what a room knows a message that comes a second time: neither the sender's address nor the text can be told from it. */
export function fingerprintOf({ key, sender }: Once, pseudonyms: Pseudonyms): string {
  return pseudonyms.fingerprint(`${key} ${sender}`)
}
