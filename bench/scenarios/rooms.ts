import { Crowd, MARK } from '../crowd.ts'
import { askFor, postForm } from '../load.ts'
import { measure } from '../measure.ts'
import type { Setting } from '../scenario.ts'

const PER_ROOM = 10
const OUTSTANDING = 64

/** Many rooms of ten, spoken in by turns. */
export async function rooms({ contestants, sizes, results, directory }: Setting): Promise<void> {
  const path = (room: number) => `/rooms/room${room % sizes.rooms}/chat`
  const posts = Array.from({ length: sizes.rooms }, (_, room) =>
    postForm(path(room), `name=bob&message=${MARK}thirty+bytes+of+a+message+here`),
  )
  for (const { name, start } of contestants) {
    const server = await start(directory)
    const crowd = await Crowd.open({ port: server.port, size: sizes.rooms * PER_ROOM, path })
    let next = 0
    const request = () => posts[next++ % posts.length]!
    for (let round = 0; round <= sizes.rounds; round++) {
      const before = crowd.received
      const cost = await measure(server.pid, async () => {
        const { answers } = await askFor(sizes.seconds, server.port, OUTSTANDING, request)
        await crowd.until(before + answers * PER_ROOM)
      })
      if (round === 0) continue
      const deliveries = crowd.received - before
      results.add('rooms, deliveries/s', name, deliveries / cost.seconds)
      results.add('rooms, µs/delivery', name, (cost.server / deliveries) * 1e6)
    }
    crowd.close()
    await server.stop()
  }
}
