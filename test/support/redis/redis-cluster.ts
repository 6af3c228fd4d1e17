import { RedisServer } from './redis-server.ts'
import { until } from '../until.ts'

const SLOTS = 16_384
const SETTINGS = { 'cluster-enabled': 'yes', 'cluster-node-timeout': '2000', 'cluster-require-full-coverage': 'no' }

/** A real cluster of three masters on loopback, which share out the slots; the first may have a replica. */
export class RedisCluster {
  readonly servers: RedisServer[]

  private constructor(servers: RedisServer[]) {
    this.servers = servers
  }

  static async start(): Promise<RedisCluster> {
    const servers = await Promise.all([1, 2, 3].map(() => RedisServer.start(SETTINGS)))
    for (const [index, server] of servers.entries()) {
      const bounds = [index, index + 1].map((part) => Math.floor((part * SLOTS) / servers.length))
      await server.send('CLUSTER', 'ADDSLOTSRANGE', String(bounds[0]), String(bounds[1]! - 1))
      await servers[0]!.send('CLUSTER', 'MEET', '127.0.0.1', String(server.port))
    }
    for (const server of servers) {
      await until(
        async () => /cluster_state:ok[^]*cluster_slots_ok:16384/.test(String(await server.send('CLUSTER', 'INFO'))),
        () => 'the cluster to agree',
      )
    }
    return new RedisCluster(servers)
  }

  get urls(): string[] {
    return this.servers.map(({ url }) => url)
  }

  /** Gives the first master a replica, and resolves with it when it has everything. */
  async addReplica(): Promise<RedisServer> {
    const [master] = this.servers
    const replica = await RedisServer.start(SETTINGS)
    const id = String(await master!.send('CLUSTER', 'MYID'))
    await master!.send('CLUSTER', 'MEET', '127.0.0.1', String(replica.port))
    await until(async () => String(await replica.send('CLUSTER', 'NODES')).includes(id))
    await until(async () => (await replica.send('CLUSTER', 'REPLICATE', id).catch(() => '')) === 'OK')
    await until(async () => /master_link_status:up/.test(String(await replica.send('INFO', 'replication'))))
    return replica
  }

  /** The master that has a slot. */
  async ownerOf(slot: number): Promise<RedisServer> {
    for (const server of this.servers) {
      const shards = (await server.send('CLUSTER', 'SLOTS')) as [number, number, [string, number]][]
      const [, , master] = shards.find(([first, last]) => first <= slot && slot <= last) ?? []
      const owner = this.servers.find(({ port }) => port === master?.[1])
      if (owner) return owner
    }
    throw new Error(`nobody has slot ${slot}`)
  }

  /** Moves a slot from one master to another, as an operator does who adds one; its keys go with it. */
  async moveSlot(slot: number, from: RedisServer, to: RedisServer): Promise<void> {
    const [source, target] = await Promise.all([from, to].map(async (one) => String(await one.send('CLUSTER', 'MYID'))))
    await to.send('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', source!)
    await from.send('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', target!)
    // Of a room that is spoken in, more may come while some are on their way.
    for (;;) {
      const keys = (await from.send('CLUSTER', 'GETKEYSINSLOT', String(slot), '1000')) as string[]
      if (keys.length === 0) break
      await from.send('MIGRATE', '127.0.0.1', String(to.port), '', '0', '5000', 'KEYS', ...keys)
    }
    for (const server of [to, from, ...this.servers])
      await server.send('CLUSTER', 'SETSLOT', String(slot), 'NODE', target!)
  }

  async flush(): Promise<void> {
    for (const server of this.servers) await server.send('FLUSHALL')
  }

  async stop(): Promise<void> {
    for (const server of this.servers) await server.stop()
  }
}
