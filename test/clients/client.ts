/** Somebody else's SSE client, behind what all of them have in common. */
export interface Client {
  name: string
  /** What is wrong with the client itself; nothing by default. */
  weaknesses?: readonly Weakness[]
  /** Whether it is an example of the documentation: it hears messages alone, and not what comes first in a stream. */
  isExample?: boolean
  /**
   * Listens, and comes back by itself. `hear` gets the data of the events that are heard. The returned function ends it.
   */
  start(url: string, hear: (data: string) => void): () => void
}

/**
 * - `advances early`: the id of a message becomes the cursor before the message is handed on. One that is cut between its
 *   last line and the empty line after it is lost. No connection is cut there.
 * - `keeps parts`: what has come of a block that is cut is put before the first event of the next stream.
 * - `hands on parts`: it is taken for a whole block. No connection is cut within a block.
 */
export type Weakness = 'advances early' | 'keeps parts' | 'hands on parts'

/** Whether a client is to hand on the events of this name: the messages, and what comes first in JSON. */
export function isHeard(event: string): boolean {
  return event === 'message' || event === 'ready'
}
