import { Asker } from './asking.ts'
import type { Ledger, Post } from '../checks/ledger.ts'
import { Random } from '../random.ts'
import { pathOf } from './rooms.ts'
import { longText } from './texts.ts'

/** More than the buffers of two sockets take (4 MB each on Linux), so that the streams of the room fall behind. */
const POSTS = 230
const AT_ONCE = 10

/** Fills the room `heavy` with long texts, by guests who speak to the server directly. */
export async function burst(url: string, ledger: Ledger, mark: string, signal: AbortSignal): Promise<void> {
  const asker = new Asker(url, new Random(0), signal)
  const left = Array.from({ length: POSTS }, (_, index) => `${mark}-${index} `)
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = left.pop(); next !== undefined; next = left.pop()) await post(asker, ledger, longText(next))
    }),
  )
  await asker.close()
}

async function post(asker: Asker, ledger: Ledger, text: string): Promise<void> {
  const said: Post = { room: 'heavy', text, name: '说书人', guest: true, attempts: 0 }
  ledger.posts.push(said)
  const [key] = text.split(' ')
  const { status, fields } = await asker.ask(
    {
      method: 'POST',
      path: pathOf(said.room, 'chat'),
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ message: text, name: said.name, key }),
    },
    () => said.attempts++,
  )
  if (status === 201 || status === 200) said.answer = fields
  else ledger.refusals.push(`a burst got ${status}: ${JSON.stringify(fields)}`)
}
