import { setTimeout as delay } from 'node:timers/promises'
import { fetch } from 'undici'
import type { Finding } from '../checks/verdict.ts'
import type { Random } from '../random.ts'
import { pathOf, ROOMS } from '../writers/rooms.ts'
import { historyCursor } from './history-cursor.ts'
import { numberOf } from './reader.ts'

/** By how much it slows itself down at each piece, so that an export is under way when something happens. */
const MOST_PAUSE_MS = 30

/**
 * Exports one room after the other, as slowly as a bad line. An export that ends normally must have every entry that
 * there was when it began; one that is broken off must be seen to be, and says nothing.
 */
export class Exporter {
  readonly findings: Finding[] = []
  /** How many ended normally, and how many were broken off. */
  whole = 0
  broken = 0
  readonly #url: string
  readonly #random: Random
  readonly #isTrimmed: boolean
  readonly #stopped = new AbortController()
  #loop: Promise<void> | undefined

  /** Entries may be missing at the beginning alone, and there only if the room `isTrimmed` by retention. */
  constructor(url: string, random: Random, isTrimmed: boolean) {
    this.#url = url
    this.#random = random
    this.#isTrimmed = isTrimmed
  }

  start(): void {
    this.#loop = this.#run()
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    await this.#loop
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped
    while (!signal.aborted) {
      const room = this.#random.pick(ROOMS)
      const cursor = await historyCursor(this.#url, room, () => signal.aborted)
      try {
        const text = await this.#export(room)
        this.findings.push(...checkExport(room, text, numberOf(cursor), this.#isTrimmed))
        this.whole++
      } catch {
        if (!signal.aborted) this.broken++
      }
      await delay(this.#random.integer(0, MOST_PAUSE_MS))
    }
  }

  /** Rejects when the answer is no success or does not end as it should. */
  async #export(room: string): Promise<string> {
    const { signal } = this.#stopped
    const headers = { Accept: 'application/x-ndjson' }
    const response = await fetch(`${this.#url}${pathOf(room, 'messages')}`, { headers, signal })
    if (response.status !== 200) throw new Error(`got ${response.status}`)
    const decoder = new TextDecoder()
    let text = ''
    for await (const chunk of response.body!) {
      text += decoder.decode(chunk as Uint8Array, { stream: true })
      await delay(this.#random.integer(0, MOST_PAUSE_MS), undefined, { signal })
    }
    return text
  }
}

/** What is wrong with an export that ended normally, of a room that had `head` entries before. */
export function checkExport(room: string, text: string, head: number, isTrimmed: boolean): Finding[] {
  const lost = (what: string): Finding[] => [{ kind: 'lost', what: `an export of ${room}: ${what}` }]
  if (text !== '' && !text.endsWith('\n')) return lost('ends within a line')
  const lines = text.split('\n').slice(0, -1)
  const numbers = lines.map((line) => numberOf((JSON.parse(line) as { id: string }).id))
  const first = numbers[0] ?? head + 1
  const hole = numbers.findIndex((number, index) => number !== first + index)
  if (hole >= 0) return lost(`${numbers[hole]} comes after ${numbers[hole - 1]}`)
  if (first !== 1 && !isTrimmed && head > 0) return lost(`begins with ${first}`)
  const last = numbers.at(-1) ?? 0
  return last < head ? lost(`ends normally with ${last} of ${head}`) : []
}
