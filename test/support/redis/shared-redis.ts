import { RedisCluster } from './redis-cluster.ts'
import { RedisServer } from './redis-server.ts'

// Started once, when they are first wanted; they end with this process.
let server: Promise<RedisServer> | undefined
let cluster: Promise<RedisCluster> | undefined

/** One server for all tests that only want it to be empty. */
export function sharedServer(): Promise<RedisServer> {
  return (server ??= RedisServer.start())
}

/** One cluster likewise. */
export function sharedCluster(): Promise<RedisCluster> {
  return (cluster ??= RedisCluster.start())
}
