import slotOf from 'cluster-key-slot'
import type { RedisCluster } from '../../support/redis/redis-cluster.ts'
import type { Random } from '../random.ts'
import { ROOMS } from '../writers/rooms.ts'
import type { Fleet } from './fleet.ts'

/** Moves the slot of a room from one server of the cluster to another, while it is spoken in. */
export async function moveSlot(fleet: Fleet, random: Random): Promise<void> {
  const cluster = fleet.redis as RedisCluster
  const slot = slotOf(random.pick(ROOMS))
  const from = await cluster.ownerOf(slot)
  await cluster.moveSlot(slot, from, random.pick(cluster.servers.filter((server) => server !== from)))
  fleet.moves++
}
