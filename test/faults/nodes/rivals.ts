import { setTimeout as delay } from 'node:timers/promises'
import { request } from 'undici'
import type { Random } from '../random.ts'
import type { Finding } from '../checks/verdict.ts'

const PATIENCE_MS = 3000
const MOST_HELD_MS = 60
const RIVALS = 4

/** Some who want one name, each on whatever node they come to; whoever gets it gives it up again. */
export class Rivals {
  readonly findings: Finding[] = []
  readonly #url: string
  readonly #random: Random
  /** How often the name had a holder. */
  taken = 0
  /** Who has each name, as far as the rivals know. */
  readonly #holders = new Map<number, number>()
  /** A name whose answer was lost stays held by nobody who knows; then they want another. */
  #name = 0
  #isOver = false

  constructor(url: string, random: Random) {
    this.#url = url
    this.#random = random
  }

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: RIVALS }, (_, index) => this.#want(index, this.#random.fork())))
  }

  end(): void {
    this.#isOver = true
  }

  async #want(rival: number, random: Random): Promise<void> {
    while (!this.#isOver) {
      const name = this.#name
      const token = await this.#take(name)
      if (token !== undefined) await this.#hold(rival, name, token, random)
      await delay(random.integer(0, MOST_HELD_MS))
    }
  }

  async #hold(rival: number, name: number, token: string, random: Random): Promise<void> {
    const holder = this.#holders.get(name)
    if (holder !== undefined)
      this.findings.push({ kind: 'held twice', what: `rival ${rival} got name ${name}, which rival ${holder} has` })
    this.#holders.set(name, rival)
    this.taken++
    await delay(random.integer(0, MOST_HELD_MS))
    this.#holders.delete(name)
    await this.#giveUp(name, token)
  }

  /** The token, if the name was free. */
  async #take(name: number): Promise<string | undefined> {
    try {
      const { statusCode, body } = await request(`${this.#url}/addUser`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ name: `头名${name}`, room: 'rivals' }),
        signal: AbortSignal.timeout(PATIENCE_MS),
      })
      const { token } = (await body.json()) as { token?: string }
      if (statusCode === 503) this.#abandon(name)
      return statusCode === 200 ? token : undefined
    } catch {
      this.#abandon(name)
      return undefined
    }
  }

  async #giveUp(name: number, token: string): Promise<void> {
    try {
      const headers = { Authorization: `Bearer ${token}` }
      const signal = AbortSignal.timeout(PATIENCE_MS)
      const { statusCode, body } = await request(`${this.#url}/me`, { method: 'DELETE', headers, signal })
      await body.dump()
      if (statusCode !== 204) this.#abandon(name)
    } catch {
      this.#abandon(name)
    }
  }

  #abandon(name: number): void {
    if (name === this.#name) this.#name++
  }
}
