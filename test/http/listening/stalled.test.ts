import { expect } from 'chai'
import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { ServerResponse } from 'node:http'
import { send } from '../../support/http/client.ts'
import { dial, requestText } from '../../support/http/socket.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

/** More than the buffers of two sockets take. */
const MESSAGES = 600
const EXPORT = requestText('GET', '/messages').replace('\r\n\r\n', '\r\nAccept: application/x-ndjson\r\n\r\n')

describe('a large answer', () => {
  let teahouse: Teahouse
  const responses: ServerResponse[] = []
  const remember = (message: unknown) => void responses.push((message as { response: ServerResponse }).response)
  before(async () => {
    teahouse = await startTeahouse({ stallMs: 300 })
    const draft = { event: 'message' as const, name: null, text: '茶'.repeat(8000), guest: true, owner: null }
    await Promise.all(Array.from({ length: MESSAGES }, () => teahouse.store.log.append('lobby', draft)))
    subscribe('http.server.request.start', remember)
  })
  after(async () => {
    unsubscribe('http.server.request.start', remember)
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  for (const [what, request] of [
    ['an export', EXPORT],
    ['the same history, again and again', requestText('GET', '/messages?limit=200').repeat(33)],
  ] as const) {
    it(`ends the connection of a client that asks for ${what} and never reads it`, async () => {
      const { socket } = await dial(teahouse.url, request)
      socket.pause()
      await until(() => responses.length > 0)
      expect(responses.every(({ req }) => req.socket.destroyed)).to.equal(false)
      await until(() => responses.every(({ req }) => req.socket.destroyed))
      responses.length = 0
      socket.destroy()
    })
  }

  it('comes whole to one who begins late to read, and leaves the connection for the next', async () => {
    const connection = await dial(teahouse.url, `${EXPORT}${requestText('GET', '/healthz')}`)
    connection.socket.pause()
    await until(() => responses.some(({ writableNeedDrain }) => writableNeedDrain))
    connection.socket.resume()
    await until(() => connection.text.endsWith('{"status":"ok"}'))
    expect(connection.text.match(/"event":"message"/g)).to.have.length(MESSAGES)
    connection.socket.destroy()
  })

  it('is no matter for what is small', async () => {
    expect((await send(`${teahouse.url}/users`)).status).to.equal(200)
    expect(responses.at(-1)!.listenerCount('timeout')).to.equal(0)
  })
})
