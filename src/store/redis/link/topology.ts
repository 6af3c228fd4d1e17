import type { Address, Connection } from './connection.ts'

/** The number of hash slots of every Redis cluster. */
export const SLOTS = 16_384

/** Returns the name (`nameOf`) of the master that has a slot; undefined when none has. */
export type Topology = (slot: number) => string | undefined

/** The key of an address: `host:port`. */
export function nameOf({ host, port }: Pick<Address, 'host' | 'port'>): string {
  return `${host}:${port}`
}

/** Asks a server of a cluster for all masters and their slots. */
export async function readTopology(
  connection: Connection,
  seed: Address,
): Promise<{ masters: Map<string, Address>; topology: Topology }> {
  const ranges = await connection.send<[number, number, [string | null, number]][]>(['CLUSTER', 'SLOTS'])
  const masters = new Map<string, Address>()
  const owners: (string | undefined)[] = Array.from({ length: SLOTS })
  for (const [first, last, [host, port]] of ranges) {
    // A server that does not know its own address leaves the host empty.
    const address = { ...seed, host: host || seed.host, port }
    masters.set(nameOf(address), address)
    owners.fill(nameOf(address), first, last + 1)
  }
  return { masters, topology: (slot) => owners[slot] }
}
