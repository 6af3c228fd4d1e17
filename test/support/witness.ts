import type { Random } from '../faults/random.ts'
import { listen, type Listener } from './http/listener.ts'
import { until } from './until.ts'

/** Events that a witness hears at the most before it goes on to another node. */
const LONGEST_VISIT = 60

/** A client that goes from node to node with its cursor, and knows what it has seen since it last began anew. */
export class Witness {
  /** The number of the entry after which it began. */
  base = 0
  texts: string[] = []
  resets = 0
  readonly #urls: string[]
  readonly #random: Random
  #cursor = ''
  #listener: Listener | undefined
  #isOver = false

  constructor(urls: string[], random: Random) {
    this.#urls = urls
    this.#random = random
  }

  /** Listens here until it has heard something, then there. */
  async run(): Promise<void> {
    while (!this.#isOver) await this.#visit(this.#random.pick(this.#urls)).catch(() => {})
  }

  /** Stays where it is from now on. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#listener?.close()
  }

  async #visit(url: string): Promise<void> {
    const headers: Record<string, string> = this.#cursor === '' ? {} : { 'Last-Event-ID': this.#cursor }
    const listener = (this.#listener = await listen(`${url}/chat?format=json`, headers))
    const enough = this.#random.integer(0, LONGEST_VISIT)
    let taken = 0
    const take = () => {
      for (; taken < listener.events.length; taken++) this.#take(listener.events[taken]!)
      this.#cursor = listener.lastEventId || this.#cursor
      return taken
    }
    await until(() => take() >= enough || listener.ended || this.#isOver)
    listener.close()
    take()
  }

  #take({ event, data }: { event?: string | undefined; data: string }): void {
    const fields = JSON.parse(data) as { resume?: string; head?: string; text?: string }
    if (event === 'message') this.texts.push(fields.text!)
    if (event !== 'ready' || fields.resume === 'resumed') return
    this.base = Number(fields.head!.split('-')[1])
    this.texts = []
    if (fields.resume === 'reset') this.resets++
  }
}
