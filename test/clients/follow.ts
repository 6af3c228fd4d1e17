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
/** The headers, and some of the first block. */
const OPENING_BYTES = 250
const FILLERS = ['hello', '茶馆里人来人往', '🍵', '', 'two\nlines', 'id: x-9', '"quoted" \\']

/**
 * Has a client listen to a room of its own while 301 messages are posted and its connections are cut ten times. Resolves
 * with what it has made of them: `301 of 301`, or what it lost, doubled or turned round.
 */
export async function follow(client: Client, format: Format, target: string, random: Random): Promise<string> {
  const room = `${target}/rooms/room-${random.integer(0, 1e9)}`
  const proxy = new CuttingProxy({ random, target, weakness: client.weakness })
  const posted: string[] = []
  const heard: string[] = []
  let hasHeard = false

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
    await until(() => proxy.isOpen)
    const mostBytes = posted.length === 0 ? FIRST_CUT_BYTES : format.roundBytes
    proxy.cutAfter(random.integer(1, mostBytes), isHasty ? random.integer(0, OPENING_BYTES) : undefined)
    await post(ROUND_MESSAGES)
    await until(() => proxy.cuts >= cuts)
  }

  const url = room.replace(target, await proxy.listen())
  const close = client.start(`${url}/chat${format.query}`, (data) => {
    hasHeard = true
    const text = format.read(data)
    if (text !== undefined) heard.push(text)
  })
  try {
    // A client that is cut before it has heard anything has not begun, and begins anew.
    if (client.isExample) await until(() => proxy.isOpen).then(() => post(1))
    await until(() => hasHeard)
    for (const isHasty of ROUNDS) await playRound(isHasty)
    await until(() => heard.includes(posted.at(-1)!))
    if (!client.isExample) await post(1)
    await until(() => heard.includes(posted.at(-1)!))
    return judge(posted, heard)
  } catch (error) {
    return `${judge(posted, heard)}; ${(error as Error).message}`
  } finally {
    close()
    proxy.close()
  }
}
