import { parseArgs } from 'node:util'

/** How much of everything a run has. */
export interface FaultOptions {
  seed: number
  /** How many nodes there are on one Redis; none for one process on the embedded store. */
  nodes: number
  kills: number
  cuts: number
  writers: number
  readers: number
  /** How often the heavy room is filled while nothing comes down to the clients. */
  bursts: number
  /** How many export rooms all the time. */
  exports: number
  /** How many entries a room keeps (`--keep-entries`); 0 for all. Without nodes. */
  keep: number
  /** By how many hours the clock of a server may be off, either way; another time at each start. */
  skew: number
  /** How often the password of Redis is changed and set back. With nodes; departures are not looked at then. */
  rotations: number
  /** How often slots are moved: the nodes are then on a cluster of Redis, of which no server is killed, and departures are not looked at. */
  moves: number
  /** How often the Redis of the nodes is emptied. It is then all that happens, as what was said before is gone. */
  flushes: number
  /** A run that has not come to its end by then has failed. */
  seconds: number
}

/** What a run has only when it is asked for. */
export const NOTHING_MORE = { exports: 0, keep: 0, skew: 0, rotations: 0, moves: 0, flushes: 0 }

const DEFAULTS = {
  ...NOTHING_MORE,
  nodes: 0,
  kills: 200,
  cuts: 2000,
  writers: 6,
  readers: 20,
  bursts: 4,
  exports: 2,
  seconds: 1200,
}

/** Reads the flags, each the name of an option and a whole number; the seed is drawn when none is given. */
export function readOptions(args: string[]): FaultOptions {
  const names = ['seed', ...Object.keys(DEFAULTS)]
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  })
  const given = Object.entries(values).map(([name, value]) => {
    if (!/^\d{1,10}$/.test(String(value))) throw new TypeError(`${name} must be a whole number, got "${String(value)}"`)
    return [name, Number(value)]
  })
  return { seed: Math.floor(Math.random() * 2 ** 32), ...DEFAULTS, ...Object.fromEntries(given) } as FaultOptions
}
