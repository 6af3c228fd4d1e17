import type { Address, Connection } from './connection.ts'

/** How many parts a cluster shares its keys out in. */
export const SLOTS = 16_384

/** Which server has which slot. */
export type Topology = (slot: number) => string | undefined

/** How an address is known among the others. */
export function nameOf({ host, port }: Pick<Address, 'host' | 'port'>): string {
  return `${host}:${port}`
}

/** Asks a server of a cluster which masters there are, and who has what. */
export async function readTopology(
  connection: Connection,
  seed: Address,
): Promise<{ masters: Map<string, Address>; topology: Topology }> {
  const ranges = await connection.send<[number, number, [string | null, number]][]>(['CLUSTER', 'SLOTS'])
  const masters = new Map<string, Address>()
  const owners: (string | undefined)[] = Array.from({ length: SLOTS })
  for (const [first, last, [host, port]] of ranges) {
    // A server that has not been told its own address leaves it out.
    const address = { ...seed, host: host || seed.host, port }
    masters.set(nameOf(address), address)
    owners.fill(nameOf(address), first, last + 1)
  }
  return { masters, topology: (slot) => owners[slot] }
}
