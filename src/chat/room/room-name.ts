import { hasVisible, visibleForm } from '../names/profile.ts'
import { mixesScripts } from '../names/scripts.ts'

/** The room at the root of the server. */
export const LOBBY = 'lobby'

/** Code units; four for each character of the longest name. Nothing longer is normalised, which takes quadratic time at the worst. */
const MOST_RAW_LENGTH = 256

/**
 * The canonical form of a room's name: NFKC, lower case. Undefined unless that is 1 to 64 letters, digits, `-` or `_`
 * of any script (combining marks count as letters, as most scripts of India cannot be written without).
 */
export function parseRoomName(raw: string): string | undefined {
  if (raw.length > MOST_RAW_LENGTH) return undefined
  const name = raw.normalize('NFKC').toLowerCase().normalize('NFKC')
  return /^[\p{L}\p{M}\p{N}_-]{1,64}$/u.test(name) ? name : undefined
}

/**
 * Whether a room that has no entries may be opened under this name, in canonical form: it has no invisible characters,
 * and no scripts that do not go together. Rooms of 0.1.0 can have both, so only a new room is held to it.
 */
export function isNewRoomName(name: string): boolean {
  return visibleForm(name) === name && hasVisible(name) && !mixesScripts(name)
}
