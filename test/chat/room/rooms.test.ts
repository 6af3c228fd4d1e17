import { expect } from 'chai'
import { FORMATS } from '../../../src/chat/format/formats.ts'
import type { RoomLog } from '../../../src/chat/log/room-log.ts'
import { ALONE, type Neighbours } from '../../../src/chat/presence/neighbours.ts'
import { Rooms, type RoomsOptions } from '../../../src/chat/room/rooms.ts'
import type { Store } from '../../../src/chat/store.ts'
import { Hub } from '../../../src/sse/index.ts'
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts'
import { Ear } from '../../support/http/ear.ts'
import { refusal } from '../../support/refusal.ts'
import { until } from '../../support/until.ts'

const ADDRESS = '192.0.2.1'
const OPTIONS: RoomsOptions = {
  graceMs: 1,
  announceMs: 1,
  typingMs: 1,
  sweepMs: 60_000,
  replayLimit: 100,
  observer: { durable() {}, delivered() {}, resumed() {}, refused() {} },
  onError: (error) => expect.fail(String(error)),
}
const draft = { event: 'message', name: null, text: 'hi', guest: true, owner: null } as const

describe('a room whose log feed ends', () => {
  let store: Store
  let hub: Hub
  let rooms: Rooms
  /** Ends the feed of each room that is followed. */
  let ends: Map<string, () => void>
  beforeEach(() => {
    store = openSqliteStore({ directory: ':memory:', nameLifetimeMs: 1000 })
    hub = new Hub({ heartbeatMs: 60_000 })
    ends = new Map()
  })
  afterEach(async () => {
    rooms.close()
    hub.end(() => 0)
    await store.close()
  })

  const open = (neighbours: Neighbours = ALONE) => {
    const { log: whole } = store
    const log: RoomLog = {
      append: (...args) => whole.append(...args),
      said: (...args) => whole.said(...args),
      import: (...args) => whole.import(...args),
      read: (...args) => whole.read(...args),
      extent: (...args) => whole.extent(...args),
      history: (...args) => whole.history(...args),
      message: (...args) => whole.message(...args),
      rooms: (...args) => whole.rooms(...args),
      async follow(room, follower) {
        const following = await whole.follow(room, follower)
        ends.set(room, following.stop)
        return following
      },
    }
    rooms = new Rooms({ log, neighbours }, hub, OPTIONS)
  }
  const listen = async (name: string) => {
    const ear = new Ear()
    await (await rooms.get(name, ADDRESS)).listen(ear.stream, { format: FORMATS.json })
    return ear
  }

  it('ends its streams, with a time to come back, and no other room does', async () => {
    open()
    const [lobby, tea] = [await listen('lobby'), await listen('tea')]
    ends.get('lobby')!()
    await until(() => /event: closing\n/.test(lobby.text) && lobby.stream.closed)
    expect(rooms.find('lobby')).to.equal(undefined)
    expect(rooms.find('tea')).not.to.equal(undefined)
    await store.log.append('tea', draft)
    await until(() => tea.text.includes('event: message'))
    expect(tea.text).not.to.include('closing')
  })

  it('is followed by another room of that name, which hears everything', async () => {
    open()
    await listen('lobby')
    ends.get('lobby')!()
    await until(() => rooms.find('lobby') === undefined)
    const again = await listen('lobby')
    await store.log.append('lobby', draft)
    await until(() => again.text.includes('event: message'))
  })

  it('answers whoever waits in it', async () => {
    open()
    const room = await rooms.get('lobby', ADDRESS)
    const cursor = { epoch: room.epoch, number: 0 }
    const waiting = room.wait(cursor, 60_000, new AbortController().signal)
    ends.get('lobby')!()
    await waiting
    await room.wait(cursor, 60_000, new AbortController().signal)
  })

  it('does not open when its feed ends before the other nodes have answered, and leaves them', async () => {
    let answer = (): void => {}
    const left: string[] = []
    open({
      ...ALONE,
      async join(room) {
        await new Promise<void>((resolve) => (answer = resolve))
        return { changed() {}, leave: async () => void left.push(room) }
      },
    })
    const opening = refusal(rooms.get('lobby', ADDRESS))
    await until(() => ends.has('lobby'))
    ends.get('lobby')!()
    await Promise.resolve()
    answer()
    expect(await opening).to.equal('store_unreachable')
    expect(left).to.deep.equal(['lobby'])
    expect(rooms.find('lobby')).to.equal(undefined)
  })
})
