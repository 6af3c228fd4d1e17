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
  /** A run that has not come to its end by then has failed. */
  seconds: number
}

const DEFAULTS = { nodes: 0, kills: 200, cuts: 2000, writers: 6, readers: 20, bursts: 4, seconds: 1200 }

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
