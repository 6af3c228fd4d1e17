import { parseArgs } from 'node:util'

/** How much is measured. */
export interface Sizes {
  subscribers: number
  idle: number
  storm: number
  rooms: number
  rounds: number
  seconds: number
  /** How many messages are stored where there are many, and few. */
  many: number
  few: number
}

export interface Options {
  /** The scenarios to run; none for all of them. */
  scenarios: string[]
  /** How the names of the servers begin that are to run; none for all of them. */
  servers: string[]
  sizes: Sizes
  /** Whether the result goes to docs/benchmarks.md. */
  write: boolean
}

const FULL: Sizes = {
  subscribers: 1000,
  idle: 10_000,
  storm: 5000,
  rooms: 1000,
  rounds: 3,
  seconds: 2,
  many: 1_000_000,
  few: 1000,
}
const QUICK: Sizes = { ...FULL, idle: 2000, storm: 1000, rooms: 200, rounds: 1, seconds: 1, many: 50_000 }

/** Reads the command line. Throws a TypeError for an option that there is not. */
export function readOptions(args: string[]): Options {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      quick: { type: 'boolean' },
      rounds: { type: 'string' },
      server: { type: 'string', multiple: true, default: [] },
      write: { type: 'boolean' },
    },
  })
  const { quick = false, rounds, server, write = false } = values
  const sizes = quick ? QUICK : FULL
  return { scenarios: positionals, servers: server, sizes: { ...sizes, rounds: Number(rounds ?? sizes.rounds) }, write }
}
