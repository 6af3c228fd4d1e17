import type { Rate } from './rate-limit.ts'

/** How much there may be of everything; of what is left out, any number. */
export interface Limits {
  /** Live streams and long polls, in all. */
  streams?: number | undefined
  streamsPerAddress?: number | undefined
  postsPerSession?: Rate | undefined
  postsPerAddress?: Rate | undefined
  /** Names that one address may take. */
  names?: Rate | undefined
  /** Rooms that somebody is in. */
  rooms?: number | undefined
  /** Rooms that the streams and long polls of one address have opened. */
  roomsPerAddress?: number | undefined
  /** Bytes of requests that are not complete, and of large answers that are not taken, of one address. */
  heldBytesPerAddress?: number | undefined
  /** Bytes of a body; left out, room for the longest text in any encoding. */
  bodyBytes?: number | undefined
}
