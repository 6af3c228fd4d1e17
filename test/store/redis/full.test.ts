import { expect } from 'chai'
import { postText, send, takeName } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import { letPassOnRedis } from '../../support/redis/let-pass.ts'
import { hasRedis, RedisServer } from '../../support/redis/redis-server.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

const HOURS_MS = 60 * 60 * 1000

/** Why a Redis takes no writes, and how it comes to that. */
const FULL: Record<string, { settings: Record<string, string>; fill: (redis: RedisServer) => Promise<void> }> = {
  'has no memory left (OOM)': {
    settings: {},
    fill: async (redis) => void (await redis.send('CONFIG', 'SET', 'maxmemory', '1')),
  },
  'cannot save to its disk (MISCONF)': {
    settings: { appendonly: 'no', save: '3600 1', 'enable-protected-configs': 'yes' },
    async fill(redis) {
      await redis.send('CONFIG', 'SET', 'dir', '/proc')
      await redis.send('BGSAVE')
      await until(async () => String(await redis.send('INFO', 'persistence')).includes('rdb_last_bgsave_status:err'))
    },
  },
}

;(hasRedis ? describe : describe.skip)('a server whose Redis takes no writes', () => {
  for (const [why, { settings, fill }] of Object.entries(FULL)) {
    it(`answers all who read, also by a session, when it ${why}`, async () => {
      const redis = await RedisServer.start(settings)
      const teahouse = await startTeahouse({ redis: [redis.url], graceMs: 10, announceMs: 10 })
      try {
        const { url } = teahouse
        const bob = await takeName(url, 'bob')
        await postText(`${url}/chat`, 'hello')
        await letPassOnRedis([redis], 2 * HOURS_MS)
        await fill(redis)
        expect((await postText(`${url}/chat`, 'hello?', bob)).json).to.include({ code: 'store_full' })
        for (const path of [
          '/',
          '/me',
          '/messages',
          '/users',
          '/rooms',
          '/readyz',
          '/rooms/tea',
          '/rooms/tea/messages',
        ]) {
          expect((await send(`${url}${path}`, { headers: bob })).status, path).to.equal(200)
        }
        for (const room of ['', '/rooms/tea']) {
          const listener = await listen(`${url}${room}/chat?format=json`, bob)
          await listener.until(1, 'roster')
          listener.close()
        }
        await teahouse.sweep()
        expect((await send(`${url}/me`, { headers: bob })).json).to.include({ name: 'bob' })
      } finally {
        await teahouse.stop()
        await redis.stop()
      }
    })
  }
})
