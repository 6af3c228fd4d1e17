import type { Middleware } from 'koa'
import { body } from '../request/body.ts'
import { HeldBytes } from './held-bytes.ts'
import type { Limits } from './limits.ts'
import { postLimit } from './post-limit.ts'
import { RateLimit } from './rate-limit.ts'
import { StreamLimit } from './stream-limit.ts'

/** What stands before the resources, so that nobody gets more than the limits allow. */
export interface Guards {
  streams: StreamLimit
  /** How fast somebody posts. */
  pace: Middleware
  /** Parses the body, if it is not too large. */
  body: Middleware
  /** What waits for the clients of an address. */
  held: HeldBytes
  /** How often an address takes a name. */
  names: RateLimit | undefined
}

export function makeGuards(limits: Limits): Guards {
  const held = new HeldBytes(limits.heldBytesPerAddress)
  return {
    held,
    streams: new StreamLimit(limits),
    pace: postLimit(limits),
    body: body(limits.bodyBytes, held),
    names: limits.names && new RateLimit(limits.names),
  }
}
