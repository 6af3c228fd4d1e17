import { expect } from 'chai'
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { listen } from '../../support/http/listener.ts'
import { dial } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

describe('a lost connection', () => {
  let teahouse: Teahouse
  beforeEach(async () => void (teahouse = await startTeahouse()))
  afterEach(() => teahouse.stop())

  async function open(request: string): Promise<Socket> {
    const { socket } = await dial(teahouse.url, request)
    return socket
  }

  it('is no failure of ours, however it was lost', async () => {
    const socket = await open('GET /chat HTTP/1.1\r\nHost: teahouse\r\n\r\n')
    await once(socket, 'data')
    socket.resetAndDestroy()
    await until(() => teahouse.hub.size === 0)
    expect(teahouse.failures).to.deep.equal([])
  })

  it('is none in the middle of a request either', async () => {
    const post = 'POST /chat HTTP/1.1\r\nHost: teahouse\r\nContent-Length: 50\r\n\r\n'
    const half = await open(`${post}message=`)
    half.end()
    await once(half.resume(), 'close')
    const reset = await open(`${post}message=`)
    reset.resetAndDestroy()
    await fetch(`${teahouse.url}/users`)
    expect(teahouse.failures).to.deep.equal([])
  })

  it('does not make another sender of the one who has no name, and says it again', async () => {
    const url = `${teahouse.url}/chat`
    for (let key = 1; key <= 30; key++) {
      const headers = { 'Content-Type': 'text/plain', 'Idempotency-Key': `key-${key}` }
      const body = `text ${key}`
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`)
      const socket = await open(
        `POST /chat HTTP/1.1\r\nHost: teahouse\r\n${lines.join('')}Content-Length: ${body.length}\r\n\r\n${body}`,
      )
      socket.resetAndDestroy()
      await fetch(url, { method: 'POST', headers, body })
    }
    const history = await fetch(`${teahouse.url}/messages?limit=200`)
    const { messages } = (await history.json()) as { messages: { text: string }[] }
    const texts = messages.map(({ text }) => text)
    expect(texts).to.deep.equal(Array.from({ length: 30 }, (_, index) => `text ${index + 1}`))
  })

  for (const format of ['text', 'json']) {
    it(`costs a listener nothing when it is lost before the first entry comes (${format})`, async () => {
      const url = `${teahouse.url}/chat?format=${format}`
      const first = await listen(url)
      await until(() => first.lastEventId !== '')
      first.close()
      await fetch(`${teahouse.url}/chat`, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: 'missed' })

      // As an EventSource reconnects: to the same URL, with the last id that it was told.
      const second = await listen(url, { 'Last-Event-ID': first.lastEventId })
      const events = await second.until(format === 'text' ? 2 : 1)
      expect(events.at(-1)!.data).to.contain('missed')
      second.close()
    })
  }
})
