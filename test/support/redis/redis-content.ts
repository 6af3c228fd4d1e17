import { createClient, RESP_TYPES } from '@redis/client'
import type { RedisServer } from './redis-server.ts'

/** The dumps of all keys of a server, as its own copies on disk would hold them. Lists and hashes are not compressed if it has `rdbcompression no`. */
export async function contentOf(server: RedisServer): Promise<Buffer> {
  const client = createClient({ url: server.url }).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
  await client.connect()
  try {
    const keys = (await client.sendCommand(['KEYS', '*'])) as unknown as Buffer[]
    const dumps = await Promise.all(keys.map((key) => client.sendCommand<Buffer>(['DUMP', key])))
    return Buffer.concat([...keys, ...dumps])
  } finally {
    client.destroy()
  }
}
