import { createClient } from '@redis/client'
import type { RedisServer } from '../../support/redis/redis-server.ts'
import { until } from '../../support/until.ts'
import type { Fleet } from './fleet.ts'

const REFUSED = /cannot be reached: (?:WRONGPASS|NOAUTH)/g

/** Changes the password of Redis under the nodes, until each has said in its log why it is refused; then sets it back. */
export async function rotatePassword(fleet: Fleet): Promise<void> {
  const { nodes, redis } = fleet
  const admin = createClient({ url: (redis as RedisServer).url })
  admin.on('error', () => {})
  await admin.connect()
  const notices = () => nodes.map(({ server }) => server.said.match(REFUSED)?.length ?? 0)
  const before = notices()
  try {
    await admin.sendCommand(['CONFIG', 'SET', 'requirepass', 'another'])
    for (const type of ['normal', 'pubsub']) await admin.sendCommand(['CLIENT', 'KILL', 'TYPE', type, 'SKIPME', 'yes'])
    await until(
      () => notices().every((count, index) => count > before[index]!),
      () => `every node to say that its password is wrong: ${notices().join(', ')}`,
    )
  } finally {
    await admin.sendCommand(['CONFIG', 'SET', 'requirepass', ''])
    admin.destroy()
  }
  fleet.rotations++
}
