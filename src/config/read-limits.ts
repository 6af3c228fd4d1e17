import type { Limits } from '../http/limits/limits.ts'
import type { ConnectionLimits } from '../server/server.ts'
import type { LIMIT_OPTIONS } from './limit-options.ts'

type LimitName = keyof typeof LIMIT_OPTIONS

/** The limits of the app and of its connections. */
export interface AllLimits {
  limits: Limits
  connectionLimits: ConnectionLimits
}

/** Reads the limits; `number` returns the value of an option, and throws when it is out of range. */
export function readLimits(number: (name: LimitName, least: number, most: number) => number): AllLimits {
  const count = (name: LimitName) => number(name, 1, 100_000_000)
  const seconds = (name: LimitName) => number(name, 1, 86_400) * 1000
  return {
    limits: {
      streams: count('streams'),
      streamsPerAddress: count('streams-per-address'),
      postsPerSession: { count: count('posts-per-session'), seconds: 60 },
      postsPerAddress: { count: count('posts-per-address'), seconds: 60 },
      readsPerSession: { count: count('reads-per-session'), seconds: 60 },
      readsPerAddress: { count: count('reads-per-address'), seconds: 60 },
      names: { count: count('names-per-hour'), seconds: 3600 },
      rooms: count('rooms'),
      roomsPerAddress: count('rooms-per-address'),
      heldBytesPerAddress: count('held-bytes-per-address'),
      bodyBytes: count('body-bytes'),
    },
    connectionLimits: {
      connections: count('connections'),
      connectionsPerAddress: count('connections-per-address'),
      headerBytes: number('header-bytes', 1024, 1_048_576),
      headerMs: seconds('header-seconds'),
      requestMs: seconds('request-seconds'),
    },
  }
}

/** The limits of `--limits off`: none. */
export const NO_LIMITS: AllLimits = { limits: { bodyBytes: Number.MAX_SAFE_INTEGER }, connectionLimits: {} }
