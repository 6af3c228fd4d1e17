import { setTimeout as delay } from 'node:timers/promises'
import { listen, type Listener } from './http/listener.ts'

/** A client that goes from node to node with its cursor, and knows what it has seen since it last began anew. */
export class Witness {
  /** The number of the entry after which it began. */
  base = 0
  texts: string[] = []
  resets = 0
  readonly #urls: string[]
  #cursor = ''
  #listener: Listener | undefined
  #isOver = false

  constructor(urls: string[]) {
    this.#urls = urls
  }

  /** Listens for a while here, for a while there. */
  async run(): Promise<void> {
    for (let visit = 0; !this.#isOver; visit++) {
      const url = this.#urls[Math.floor(Math.random() * this.#urls.length)]!
      await this.#visit(url, Math.random() * 600).catch(() => {})
    }
  }

  /** Stays where it is from now on. */
  async end(): Promise<void> {
    this.#isOver = true
    this.#listener?.close()
  }

  async #visit(url: string, ms: number): Promise<void> {
    const headers: Record<string, string> = this.#cursor === '' ? {} : { 'Last-Event-ID': this.#cursor }
    const listener = (this.#listener = await listen(`${url}/chat?format=json`, headers))
    const deadline = performance.now() + ms
    let taken = 0
    const take = () => {
      for (; taken < listener.events.length; taken++) this.#take(listener.events[taken]!)
      this.#cursor = listener.lastEventId || this.#cursor
    }
    while (performance.now() < deadline && !listener.ended && !this.#isOver) {
      await delay(10)
      take()
    }
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
