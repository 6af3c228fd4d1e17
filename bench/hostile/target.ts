import { connect, type Socket } from 'node:net'
import { startServerProcess, type ServerProcess } from '../server-process.ts'
import { addEntries, fill, messageOf } from '../fill.ts'

/** A server with its default limits, over a store of `fillTarget`. */
export interface Target extends ServerProcess {
  epoch: string
  /** How many entries the lobby has. */
  entries: number
}

/** Rooms of long messages: `heavy-0` and so on. */
export const HEAVY_ROOMS = 40
const HEAVY_MESSAGES = 200
/** A control character takes one byte in the store and six in JSON. */
const HEAVY_TEXT = `heavy${'\u{1}'.repeat(7990)}.`
const SMALL_ROOMS = 10_000
const EDITS = 40_000

/** Fills a store: a lobby of `entries` messages, 10,000 small rooms, one of a message with 40,000 edits, 40 of long messages. */
export async function fillTarget(data: string, entries: number): Promise<void> {
  await fill(data, async (store) => {
    await addEntries(store, 'lobby', entries, (number) => messageOf('lobby', number))
    await addEntries(store, 'edits', EDITS, (number) =>
      number === 1
        ? messageOf('edits', 1)
        : { event: 'edited', number, message: 1, name: 'bob', author: null, text: `edit ${number}`, at: Date.now() },
    )
    const small = Array.from({ length: SMALL_ROOMS }, (_, index) => `small-${index}`)
    await Promise.all(small.map((room) => addEntries(store, room, 1, (number) => messageOf(room, number))))
    for (let index = 0; index < HEAVY_ROOMS; index++) {
      const room = `heavy-${index}`
      await addEntries(store, room, HEAVY_MESSAGES, (number) => messageOf(room, number, HEAVY_TEXT))
    }
  })
}

/** Starts Teahouse as anybody does, over a filled store. */
export async function startTarget(data: string, entries: number): Promise<Target> {
  const server = await startServerProcess(['dist/main.js', '--host', '127.0.0.1', '--port', '0', '--data', data])
  const answer = await fetch(`http://127.0.0.1:${server.port}/messages?limit=1`)
  const { cursor } = (await answer.json()) as { cursor: string }
  return { ...server, epoch: cursor.split('-')[0]!, entries }
}

/** A connection from an address of loopback; errors only close it, as the server refuses what is over a limit. */
export function dial(port: number, localAddress: string): Promise<Socket> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1', localAddress, noDelay: true })
    socket.on('error', () => {})
    socket.once('connect', () => resolve(socket)).once('close', () => resolve(socket))
  })
}
