import { setImmediate as turn } from 'node:timers/promises'
import { Channel, comment, encode, type ChannelOptions } from '../../src/sse/index.ts'

export const OPENING = encode({ retry: 3000 })

/** A channel outside any hub: it sends when it is told to. */
export function openChannel(options: Partial<ChannelOptions> = {}): Channel {
  return new Channel(
    {
      lost: (head) => encode({ event: 'lost', data: String(head) }),
      heartbeat: () => comment('heartbeat'),
      closing: (retry) => encode({ event: 'closing', retry, data: '' }),
      ...options,
    },
    () => {},
  )
}

/** Sends what waits and lets it arrive. */
export async function send(channel: Channel): Promise<void> {
  channel.flush(Infinity)
  await turn()
}
