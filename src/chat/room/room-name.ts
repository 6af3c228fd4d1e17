import { hasVisible, visibleForm } from '../names/profile.ts'
import { mixesScripts } from '../names/scripts.ts'

/** The room at the root path of the server. */
export const LOBBY = 'lobby'

/**
 * UTF-16 code units: 64 characters of up to four. Checked first, because normalisation takes quadratic time at worst.
 */
const MOST_RAW_LENGTH = 256

/**
 * The canonical form of a room name: NFKC, lower case. Undefined unless that is 1 to 64 letters, digits, `-` or `_` of
 * any script. Combining marks count as letters, because most scripts of India need them.
 */
export function parseRoomName(raw: string): string | undefined {
  if (raw.length > MOST_RAW_LENGTH) return undefined
  const name = raw.normalize('NFKC').toLowerCase().normalize('NFKC')
  return /^[\p{L}\p{M}\p{N}_-]{1,64}$/u.test(name) ? name : undefined
}

/**
 * Whether a new room may have this name, given in canonical form: it must not contain invisible characters or mix
 * unrelated scripts. Rooms that have entries are exempt, because 0.1.0 allowed such names.
 */
export function isNewRoomName(name: string): boolean {
  return visibleForm(name) === name && hasVisible(name) && !mixesScripts(name)
}
