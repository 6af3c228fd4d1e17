import type { Middleware } from 'koa'
import { body } from '../request/body.ts'
import { HeldBytes } from './held-bytes.ts'
import type { Limits } from './limits.ts'
import { postLimit } from './post-limit.ts'
import { ReadLimit } from './read-limit.ts'
import { RateLimit } from './rate-limit.ts'
import { StreamLimit } from './stream-limit.ts'

/** The limits that the routes apply to requests. */
export interface Guards {
  streams: StreamLimit
  /** Limits how often a session and an address may post. */
  pace: Middleware
  /** How fast somebody reads. */
  reads: ReadLimit
  /** Parses the body; refuses one that is too large. */
  body: Middleware
  /** Counts the memory that is held for the clients of each address. */
  held: HeldBytes
  /** Limits how often an address may take a name; undefined for no limit. */
  names: RateLimit | undefined
}

export function makeGuards(limits: Limits): Guards {
  const held = new HeldBytes(limits.heldBytesPerAddress)
  return {
    held,
    streams: new StreamLimit(limits),
    pace: postLimit(limits),
    reads: new ReadLimit(limits),
    body: body(limits.bodyBytes, held),
    names: limits.names && new RateLimit(limits.names),
  }
}
