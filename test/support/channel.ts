import { setImmediate as turn } from 'node:timers/promises'
import { Channel, comment, encode, type ChannelOptions, type EventStream, type Place } from '../../src/sse/index.ts'
import { ReplayMemory } from '../../src/sse/replay-memory.ts'

const MUCH_BYTES = 16 * 1024 * 1024
export const OPENING = encode({ retry: 3000 })

/** A channel outside any hub: it sends when it is told to. */
export function openChannel(options: Partial<ChannelOptions> = {}, memory = new ReplayMemory(MUCH_BYTES)): Channel {
  return new Channel(
    {
      lost: (head) => encode({ event: 'lost', data: String(head) }),
      heartbeat: () => comment('heartbeat'),
      closing: (retry) => encode({ event: 'closing', retry, data: '' }),
      ...options,
    },
    () => {},
    memory,
  )
}

/** How far a stream has come in a channel that it is in. */
export function placeOf(channel: Channel, stream: EventStream): Readonly<Place> {
  return Array.from(channel.places).find((place) => place.stream === stream)!
}

/** Sends what waits and lets it arrive. */
export async function send(channel: Channel): Promise<void> {
  channel.flush(Infinity)
  await turn()
}
