import type { Store } from '../../src/chat/store.ts'

/** The epoch of a store's logs. */
export async function epochOf({ log }: Pick<Store, 'log'>): Promise<string> {
  return (await log.extent('lobby')).epoch
}
