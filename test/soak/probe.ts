import { Agent, get, request, type IncomingMessage } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { createParser } from 'eventsource-parser'

/** How long it took from a post until its reader had it, in milliseconds. */
type Delays = number[]

const EVERY_MS = 100
const PATH = '/rooms/probe/chat'
/** Its own, as it speaks more often than a person. */
const LOCAL_ADDRESS = '127.0.0.2'

/** Somebody who speaks and listens all the time, and measures how soon what was said is heard. */
export class Probe {
  readonly #url: string
  readonly #agent = new Agent({ keepAlive: true, localAddress: LOCAL_ADDRESS })
  readonly #said = new Map<string, number>()
  readonly #stopped = new AbortController()
  #stream: IncomingMessage | undefined
  #delays: Delays | undefined
  #running: Promise<unknown> = Promise.resolve()

  constructor(url: string) {
    this.#url = url
  }

  start(): void {
    this.#running = Promise.all([this.#listen(), this.#speak()])
  }

  /** Measures into `delays` from now on; into none while the server is not there. */
  measure(delays: Delays | undefined): void {
    this.#said.clear()
    this.#delays = delays
  }

  async stop(): Promise<void> {
    this.#stopped.abort()
    this.#stream?.destroy()
    await this.#running
    this.#agent.destroy()
  }

  async #listen(): Promise<void> {
    while (!this.#stopped.signal.aborted) {
      await new Promise<void>((resolve) => {
        get(`${this.#url}${PATH}`, { agent: false, localAddress: LOCAL_ADDRESS }, (response) => this.#hear(response))
          .on('error', () => {})
          .on('close', resolve)
      })
      this.#stream = undefined
      await this.#pause()
    }
  }

  #hear(stream: IncomingMessage): void {
    this.#stream = stream
    const parser = createParser({
      onEvent: ({ data }) => {
        const at = this.#said.get(data)
        this.#said.delete(data)
        if (at !== undefined) this.#delays?.push(performance.now() - at)
      },
    })
    stream.setEncoding('utf8').on('data', (text: string) => parser.feed(text))
    stream.on('error', () => {})
  }

  async #speak(): Promise<void> {
    for (let number = 1; !this.#stopped.signal.aborted; number++) {
      if (this.#stream && this.#delays) this.#say(`beat ${number}`)
      await this.#pause()
    }
  }

  #say(text: string): void {
    this.#said.set(text, performance.now())
    const headers = { 'Content-Type': 'text/plain' }
    request(`${this.#url}${PATH}`, { method: 'POST', agent: this.#agent, headers }, (response) => response.resume())
      .on('error', () => this.#said.delete(text))
      .end(text)
  }

  async #pause(): Promise<void> {
    await delay(EVERY_MS, undefined, { signal: this.#stopped.signal }).catch(() => {})
  }
}
