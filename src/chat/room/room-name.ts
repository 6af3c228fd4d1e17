/** The room at the root of the server. */
export const LOBBY = 'lobby'

/**
 * The canonical form of a room's name: NFKC, lower case. Undefined unless that is 1 to 64 letters, digits, `-` or `_`
 * of any script (combining marks count as letters, as most scripts of India cannot be written without).
 */
export function parseRoomName(raw: string): string | undefined {
  const name = raw.normalize('NFKC').toLowerCase().normalize('NFKC')
  return /^[\p{L}\p{M}\p{N}_-]{1,64}$/u.test(name) ? name : undefined
}
