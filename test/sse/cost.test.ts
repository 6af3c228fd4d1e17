import { expect } from 'chai'
import { setImmediate as turn } from 'node:timers/promises'
import type { Chunk } from '../../src/sse/chunk.ts'
import { comment, encode, EventStream, Hub } from '../../src/sse/index.ts'

const STREAMS = 200
const BURST = 64
const OPENING = encode({ retry: 3000 })

/** A stream that counts the pieces written into it, and reads them at once. */
class CountedStream extends EventStream {
  writes = 0

  override write(bytes: Buffer): boolean {
    this.writes++
    return super.write(bytes)
  }

  override send(chunk: Chunk): boolean {
    this.writes++
    return super.send(chunk)
  }
}

function openHub(): { hub: Hub; streams: CountedStream[]; channel: ReturnType<Hub['open']> } {
  const hub = new Hub({ heartbeatMs: 15_000 })
  const channel = hub.open({
    source: { read: async () => [] },
    heartbeat: () => comment('heartbeat'),
    closing: (retry) => encode({ retry }),
  })
  const streams = Array.from({ length: STREAMS }, () => new CountedStream())
  for (const stream of streams) {
    stream.resume()
    channel.join(stream, OPENING)
    stream.writes = 0
  }
  return { hub, streams, channel }
}

/** Lets a broadcast end, however often it yields. */
async function settle(): Promise<void> {
  for (let turns = 0; turns < 20; turns++) await turn()
}

/** Counts that do not vary with the machine: what they grow by, every delivery costs more. */
describe('what a broadcast costs', () => {
  it('is one write per stream for a burst that comes within one turn', async () => {
    const { hub, streams, channel } = openHub()
    for (let number = 1; number <= BURST; number++) channel.append([encode({ id: String(number), data: 'hello' })])
    await settle()
    expect(new Set(streams.map(({ writes }) => writes))).to.deep.equal(new Set([1]))
    hub.end(() => 0)
  })

  it('is one joined buffer, shared by all streams', async () => {
    const { hub, streams, channel } = openHub()
    await settle()
    const buffers = new Set<ArrayBufferLike>()
    const pieces = new Set<Buffer>()
    for (const stream of streams) {
      stream.on('data', (bytes: Buffer) => {
        pieces.add(bytes)
        buffers.add(bytes.buffer)
      })
    }
    for (let number = 1; number <= BURST; number++) channel.append([encode({ id: String(number), data: 'hello' })])
    await settle()
    expect([pieces.size, buffers.size]).to.deep.equal([1, 1])
    hub.end(() => 0)
  })

  it('is one write per stream and message when they come one at a time', async () => {
    const { hub, streams, channel } = openHub()
    for (let number = 1; number <= 5; number++) {
      channel.append([encode({ id: String(number), data: 'hello' })])
      await settle()
    }
    expect(new Set(streams.map(({ writes }) => writes))).to.deep.equal(new Set([5]))
    hub.end(() => 0)
  })
})
