import type { FetchLike } from 'eventsource'

/** What every stream begins with. */
const RETRY = /^retry: (\d+)\n/
const LONGEST = 16

/** A fetch by which an EventSource waits `retryMs` before it reconnects, whatever the stream asks for. */
export function hurried(retryMs: number): FetchLike {
  return async (url, init) => {
    const response = await fetch(url, init)
    const body = response.body && ReadableStream.from(hurry(response.body, retryMs))
    return new Response(body, { status: response.status, headers: response.headers })
  }
}

async function* hurry(body: ReadableStream<Uint8Array>, retryMs: number): AsyncGenerator<Uint8Array> {
  let opening: Buffer | undefined = Buffer.alloc(0)
  for await (const chunk of body) {
    if (opening === undefined) {
      yield chunk
      continue
    }
    opening = Buffer.concat([opening, chunk])
    if (opening.length < LONGEST) continue
    // One byte is one character in latin1, so that characters cut in two survive.
    yield Buffer.from(opening.toString('latin1').replace(RETRY, `retry: ${retryMs}\n`), 'latin1')
    opening = undefined
  }
}
