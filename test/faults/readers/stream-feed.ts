import { createParser } from 'eventsource-parser'
import type { ReaderHistory } from './reader.ts'
import { record } from '../checks/record.ts'

export interface StreamFeedOptions {
  /** Called with each id, which is where to go on after this connection. */
  onId: (id: string) => void
  /** Called with the id of the head that the connection opens with. */
  onHead: (id: string) => void
}

/** The bytes of one connection, parsed and recorded as they come, wherever they are split. */
export class StreamFeed {
  readonly #decoder = new TextDecoder()
  readonly #parser

  constructor(history: ReaderHistory, { onId, onHead }: StreamFeedOptions) {
    this.#parser = createParser({
      onEvent: ({ event, id, data }) => {
        record(history, { event, id, data })
        if (event === 'ready') onHead((JSON.parse(data) as { head: string }).head)
        if (id !== undefined) onId(id)
      },
    })
  }

  feed(bytes: Uint8Array): void {
    this.#parser.feed(this.#decoder.decode(bytes, { stream: true }))
  }
}
