import { RedisCluster } from '../../support/redis/redis-cluster.ts'
import { RedisServer } from '../../support/redis/redis-server.ts'
import { StoreProxy } from '../../support/redis/store-proxy.ts'
import { freePort } from '../../support/process/free-port.ts'
import { circumstances } from '../circumstances.ts'
import type { FaultOptions } from '../options.ts'
import type { Random } from '../random.ts'
import { ARGS, ServerProcess } from '../server-process.ts'

export interface Node {
  server: ServerProcess
  /** Its way to Redis; none to a cluster, whose servers say themselves where they are. */
  way: StoreProxy | undefined
}

/**
 * Several nodes on one Redis, each with a way of its own to it, or on a cluster. Redis writes everything down before it
 * answers.
 */
export class Fleet {
  readonly nodes: Node[]
  readonly redis: RedisServer | RedisCluster
  redisKills = 0
  isolations = 0
  rotations = 0
  moves = 0

  private constructor(nodes: Node[], redis: Fleet['redis']) {
    this.nodes = nodes
    this.redis = redis
  }

  static async start(options: FaultOptions, random: Random): Promise<Fleet> {
    const redis = await (options.moves > 0 ? RedisCluster : RedisServer).start()
    const nodes: Node[] = []
    for (let index = 0; index < options.nodes; index++) {
      const way = redis instanceof RedisServer ? await StoreProxy.start(redis.port) : undefined
      const urls = redis instanceof RedisServer ? withPassword(way!.url) : redis.urls.join(',')
      const server = new ServerProcess(['--redis', urls], await freePort(), ARGS, circumstances(options, random))
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
      way?.stop()
    }
    await this.redis.stop()
  }

  get #running(): Node[] {
    const running = this.nodes.filter(({ server }) => server.isRunning)
    return running.length > 0 ? running : this.nodes
  }
}

/** A Redis that asks for no password takes any. */
function withPassword(url: string): string {
  return url.replace('redis://', 'redis://default:secret@')
}
