import { createClient } from '@redis/client'
import slotOf from 'cluster-key-slot'
import type { RedisServer } from './redis-server.ts'

const SLOTS = 16_384

/** An entry as 0.1.0 kept it, without its number. */
export interface OldEntry {
  event: 'message' | 'edited' | 'deleted'
  name?: string
  text?: string
  message?: number
  owner?: string
  at: number
  /** `<key> <sender>` */
  said?: string
}

/** Sends commands to the servers that share the slots evenly, over one connection to each. It must be closed. */
export class Commands {
  readonly #clients: ReturnType<typeof clientOf>[]

  private constructor(clients: ReturnType<typeof clientOf>[]) {
    this.#clients = clients
  }

  static async to(servers: RedisServer[]): Promise<Commands> {
    const clients = servers.map(clientOf)
    await Promise.all(clients.map((client) => client.connect()))
    return new Commands(clients)
  }

  /** The first argument of a command must be its key. */
  send(...args: string[]): Promise<unknown> {
    const server = Math.floor((slotOf(args[1]!) * this.#clients.length) / SLOTS)
    return this.#clients[server]!.sendCommand(args)
  }

  close(): void {
    for (const client of this.#clients) client.destroy()
  }
}

function clientOf({ url }: RedisServer) {
  return createClient({ url })
}

/** Writes a room as the scripts of 0.1.0 did, with the numbers from `first` up. */
export async function fillOldRoom(commands: Commands, room: string, entries: OldEntry[], first = 1): Promise<void> {
  const send = (...args: string[]) => sent.push(commands.send(...args))
  const sent: Promise<unknown>[] = []
  const key = (name: string) => `teahouse:{${room}}:${name}`
  for (const [index, { at, said, message, ...entry }] of entries.entries()) {
    const number = String(first + index)
    const guest = entry.event === 'message' ? { guest: entry.owner ? '0' : '1' } : {}
    const fields = Object.entries({ at, ...entry, ...guest, ...(message && { message }) }).flat()
    send('XADD', key('log'), `${number}-0`, ...fields.map(String))
    if (entry.event === 'edited') send('HSET', key('standing'), String(message), `${at} ${entry.text}`)
    if (entry.event === 'deleted') send('HSET', key('standing'), String(message), '')
    if (said) {
      send('HSET', key('said'), said, number)
      send('ZADD', key('said-at'), String(at), said)
    }
  }
  const head = first + entries.length - 1
  const trimmed = first > 1 ? ['first', String(first)] : []
  send('HSET', key('state'), ...trimmed, 'head', String(head), 'at', String(entries.at(-1)?.at ?? 0))
  send('ZADD', 'teahouse:rooms', String(entries.at(-1)?.at ?? 0), room)
  await Promise.all(sent)
}
