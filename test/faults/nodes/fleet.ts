import { RedisServer } from '../../support/redis/redis-server.ts'
import { StoreProxy } from '../../support/redis/store-proxy.ts'
import { freePort } from '../../support/process/free-port.ts'
import type { Random } from '../random.ts'
import { ServerProcess } from '../server-process.ts'

export interface Node {
  server: ServerProcess
  /** Its way to Redis. */
  way: StoreProxy
}

/** Several nodes on one Redis, each with a way of its own to it. Redis writes everything down before it answers. */
export class Fleet {
  readonly nodes: Node[]
  readonly redis: RedisServer
  redisKills = 0
  isolations = 0

  private constructor(nodes: Node[], redis: RedisServer) {
    this.nodes = nodes
    this.redis = redis
  }

  static async start(count: number): Promise<Fleet> {
    const redis = await RedisServer.start()
    const nodes: Node[] = []
    for (let index = 0; index < count; index++) {
      const way = await StoreProxy.start(redis.port)
      const server = new ServerProcess(['--redis', way.url], await freePort())
      nodes.push({ way, server })
      server.spawn()
      await server.listening()
    }
    return new Fleet(nodes, redis)
  }

  /** One that runs, to be asked directly. */
  get url(): string {
    return this.#running[0]!.server.url
  }

  get kills(): number {
    return this.nodes.reduce((sum, { server }) => sum + server.kills, 0)
  }

  get complaints(): string {
    return this.nodes.map(({ server }) => server.complaints).join('')
  }

  /** The port of a node that runs: another for each connection. */
  choosePort(random: Random): number {
    return random.pick(this.#running).server.port
  }

  async stop(): Promise<void> {
    for (const { server, way } of this.nodes) {
      await server.stop()
      way.stop()
    }
    await this.redis.stop()
  }

  get #running(): Node[] {
    const running = this.nodes.filter(({ server }) => server.isRunning)
    return running.length > 0 ? running : this.nodes
  }
}
