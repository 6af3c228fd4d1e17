import type { Rate } from './rate-limit.ts'

/** The limits of the app. One that is left out does not apply, except `bodyBytes`. */
export interface Limits {
  /** Open event streams and waiting long polls, in all. */
  streams?: number | undefined
  /** The same, of one address. */
  streamsPerAddress?: number | undefined
  postsPerSession?: Rate | undefined
  postsPerAddress?: Rate | undefined
  /** Pages of messages, lists and the like; what counts as a stream does not count here. */
  readsPerSession?: Rate | undefined
  readsPerAddress?: Rate | undefined
  /** How often one address may take a name. */
  names?: Rate | undefined
  /** Open rooms: those that have clients now, or had some until seconds ago. */
  rooms?: number | undefined
  /** Open rooms that were opened for one address. */
  roomsPerAddress?: number | undefined
  /** Bytes of incomplete requests, and of large answers that the client has not read yet, of one address. */
  heldBytesPerAddress?: number | undefined
  /** Bytes of a request body; by default enough for the longest text in any encoding. */
  bodyBytes?: number | undefined
}
