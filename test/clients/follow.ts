import type { Random } from '../faults/random.ts'
import { postForm } from '../support/http/client.ts'
import { until } from '../support/until.ts'
import type { Client } from './client.ts'
import { CuttingProxy } from './cutting-proxy.ts'
import type { Format } from './formats.ts'
import { judge } from './judge.ts'

/** The cuts of a run: six in the stream, and after those that are true one more, while the next connection opens. */
const ROUNDS = [true, true, false, true, true, false]
/** The first cut comes before the first message has been heard: by then only the first block has had an id. */
const FIRST_CUT_BYTES = 30
const ROUND_MESSAGES = 50
/** A run takes some seconds; on a machine that has much else to do, a minute. */
const PATIENCE_MS = 100_000
/** The headers and most of the first block: there is no shorter opening, so that the cut is sure to come. */
const OPENING_BYTES = 300
const FILLERS = ['hello', '茶馆里人来人往', '🍵', '', 'two\nlines', 'id: x-9', '"quoted" \\']

/**
 * Has a client listen to a room of its own while 301 messages are posted and its connections are cut ten times. Resolves
 * with what it has made of them: `301 of 301`, or what it lost, doubled or turned round.
 */
export async function follow(client: Client, format: Format, target: string, random: Random): Promise<string> {
  const { weaknesses = [] } = client
  const room = `${target}/rooms/room-${random.integer(0, 1e9)}`
  const proxy = new CuttingProxy({ random, target, weaknesses })
  const posted: string[] = []
  const heard: string[] = []
  let hasHeard = false

  const holds = (condition: () => boolean) => until(condition, undefined, PATIENCE_MS)

  async function post(count: number): Promise<void> {
    for (const end = posted.length + count; posted.length < end;) {
      const text = `${posted.length} ${random.pick(FILLERS)}.`
      const { status } = await postForm(`${room}/chat`, { name: 'ann', message: text })
      if (status !== 201) throw new Error(`a post was answered with ${status}`)
      posted.push(text)
    }
  }

  async function playRound(isHasty: boolean): Promise<void> {
    const cuts = proxy.cuts + (isHasty ? 2 : 1)
    await holds(() => proxy.isOpen)
    const mostBytes = posted.length === 0 ? FIRST_CUT_BYTES : format.roundBytes
    proxy.cutAfter(random.integer(1, mostBytes), isHasty ? random.integer(0, OPENING_BYTES) : undefined)
    await post(ROUND_MESSAGES)
    await holds(() => proxy.cuts >= cuts)
  }

  const url = room.replace(target, await proxy.listen())
  const close = client.start(`${url}/chat${format.query}`, (data) => {
    hasHeard = true
    const opening = weaknesses.includes('keeps parts') ? data.slice(data.lastIndexOf('\n') + 1) : data
    if (!format.isGreeting(opening)) heard.push(format.textOf(data))
  })
  try {
    // A client that is cut before it has heard anything has not begun, and begins anew.
    if (client.isExample) {
      await holds(() => proxy.isOpen)
      await post(1)
    }
    await holds(() => hasHeard)
    for (const isHasty of ROUNDS) await playRound(isHasty)
    await holds(() => heard.includes(posted.at(-1)!))
    if (!client.isExample) await post(1)
    await holds(() => heard.includes(posted.at(-1)!))
    return judge(posted, heard)
  } catch (error) {
    return `${judge(posted, heard)}; ${(error as Error).message}`
  } finally {
    close()
    proxy.close()
  }
}
