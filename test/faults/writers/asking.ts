import { setTimeout as delay } from 'node:timers/promises'
import { Agent, request } from 'undici'
import type { Fields } from '../checks/ledger.ts'
import type { Random } from '../random.ts'

export interface Request {
  method: 'POST' | 'PATCH' | 'DELETE' | 'GET'
  path: string
  headers?: Record<string, string>
  body?: string
}

export interface Answer {
  status: number
  fields: Fields
}

/** Milliseconds that the first attempt waits for its answer: not always enough, so that good answers are missed. */
const PATIENCE_MS = 1000
/** By how much each further attempt is more patient, so that a slow machine comes to an end too. */
const MORE_PATIENCE_MS = 500
const MOST_PAUSE_MS = 150
/** Too fast, or about to stop: it is to be asked again. */
const NOT_NOW = new Set([429, 503])

/** A client that asks again until it is answered in full. */
export class Asker {
  readonly #agent = new Agent({ connections: 4, pipelining: 1 })
  readonly #url: string
  readonly #random: Random
  readonly #signal: AbortSignal

  /** It gives up when `signal` aborts. */
  constructor(url: string, random: Random, signal: AbortSignal) {
    this.#url = url
    this.#random = random
    this.#signal = signal
  }

  /** Resolves with the first answer that comes whole and settles it. Calls `onAttempt` before each attempt. */
  async ask(asked: Request, onAttempt: () => void = () => {}): Promise<Answer> {
    for (let patienceMs = PATIENCE_MS; ; patienceMs += MORE_PATIENCE_MS) {
      this.#signal.throwIfAborted()
      onAttempt()
      const answer = await this.#attempt(asked, patienceMs).catch(() => undefined)
      if (answer && !NOT_NOW.has(answer.status)) return answer
      await delay(this.#random.integer(1, MOST_PAUSE_MS))
    }
  }

  async close(): Promise<void> {
    await this.#agent.destroy()
  }

  async #attempt({ method, path, headers = {}, body }: Request, patienceMs: number): Promise<Answer> {
    const { statusCode, body: answer } = await request(`${this.#url}${path}`, {
      dispatcher: this.#agent,
      method,
      headers,
      body: body ?? null,
      signal: AbortSignal.any([this.#signal, AbortSignal.timeout(patienceMs)]),
    })
    const text = await answer.text()
    return { status: statusCode, fields: text === '' ? {} : (JSON.parse(text) as Fields) }
  }
}
