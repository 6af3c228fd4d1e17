import { EventSource, type FetchLike } from 'eventsource'
import { hurried } from '../hurried.ts'
import { emptyHistory, numberOf, type Reader, type ReaderHistory, type Reading } from './reader.ts'
import { pathOf } from '../writers/rooms.ts'
import { record } from '../checks/record.ts'
import { historyCursor } from './history-cursor.ts'

export interface NativeReading extends Reading {
  /** Milliseconds that it waits before it reconnects, instead of those that the server asks for. */
  retryMs?: number
}

/** What any page does: an EventSource that is opened once and left alone. */
export class NativeReader implements Reader {
  readonly history: ReaderHistory
  readonly #reading: NativeReading
  #source: EventSource | undefined
  #isStopped = false

  constructor(reading: NativeReading) {
    this.#reading = reading
    this.history = emptyHistory('native', reading)
  }

  start(): void {
    void this.#open()
  }

  async stop(): Promise<void> {
    this.#isStopped = true
    this.#source?.close()
  }

  async #open(): Promise<void> {
    const { url, room, format, beginning, retryMs } = this.#reading
    const query = new URLSearchParams({ format })
    if (beginning === 'start') query.set('since', 'start')
    if (beginning === 'history') {
      const cursor = await historyCursor(url, room, () => this.#isStopped)
      this.history.base = numberOf(cursor)
      query.set('since', cursor)
    }
    if (this.#isStopped) return
    const fetch: FetchLike = retryMs === undefined ? globalThis.fetch : hurried(retryMs)
    const source = new EventSource(`${url}${pathOf(room, 'chat')}?${query.toString()}`, { fetch })
    this.#source = source
    for (const event of ['ready', 'message', 'edited', 'deleted', 'erased']) {
      source.addEventListener(event, ({ lastEventId, data }) => this.#receive(event, lastEventId, String(data)))
    }
    source.addEventListener('error', () => {
      if (source.readyState === EventSource.CLOSED)
        this.history.refusals.push(`${this.history.name} was closed for good`)
      else this.history.reconnects++
    })
  }

  /** An EventSource does not tell an event without an id from one with the id of the last. */
  #receive(event: string, lastEventId: string, data: string): void {
    const isPassing = this.history.format === 'text' && /^欢迎.*的加入$|离开了$|^已连接至服务器$/.test(data)
    const id = isPassing || lastEventId === '' ? undefined : lastEventId
    record(this.history, { event, id, data })
  }
}
