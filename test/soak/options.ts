import { parseArgs } from 'node:util'

export interface SoakOptions {
  seed: number
  /** How long it lasts, without the time in which all comes to rest at the end. */
  minutes: number
  writers: number
  readers: number
  /** Rooms and names of the attackers. */
  strangers: number
  /** How often the server is drained and started again meanwhile. */
  restarts: number
  /** Options for the server. */
  server: string[]
}

const DEFAULTS = { minutes: 2, writers: 4, readers: 20, strangers: 50_000 }

/** Reads `--minutes` and the like, each a number; the seed is drawn when none is given. */
export function readOptions(args: string[]): SoakOptions {
  const names = ['seed', 'restarts', ...Object.keys(DEFAULTS)]
  const { values } = parseArgs({
    args,
    options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
  })
  const given = Object.entries(values).map(([name, value]) => {
    if (!/^\d{1,10}(\.\d+)?$/.test(String(value)))
      throw new TypeError(`${name} must be a number, got "${String(value)}"`)
    return [name, Number(value)]
  })
  const options = { seed: Math.floor(Math.random() * 2 ** 32), ...DEFAULTS, ...Object.fromEntries(given), server: [] }
  return { restarts: Math.max(1, Math.min(10, Math.floor(options.minutes / 2))), ...options } as SoakOptions
}
