import { RedisCluster } from './redis-cluster.ts'
import { RedisServer } from './redis-server.ts'
import { share } from '../run/shared.ts'

/** One server for all tests that only want it to be empty. */
export const sharedServer = share(
  () => RedisServer.start(),
  (server) => server.stop(),
)

/** One cluster likewise. */
export const sharedCluster = share(
  () => RedisCluster.start(),
  (cluster) => cluster.stop(),
)
