import { expect } from 'chai'
import { once } from 'node:events'
import type { Http2ServerResponse } from 'node:http2'
import { connect, type AddressInfo } from 'node:net'
import { createTlsServer, type TlsServer, type TlsTimes } from '../../src/server/tls-server.ts'
import { postText } from '../support/http/client.ts'
import { openSession, openTab } from '../support/http/http2-session.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { certificateFiles } from '../support/http/transport.ts'
import { until } from '../support/until.ts'

/** What one client may hold, whatever it does. */
const MOST_HELD_BYTES = 128 * 1024

describe('a connection of TLS', () => {
  let teahouse: Teahouse
  let server: TlsServer
  let url: string
  let responses: Http2ServerResponse[]
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  /** Serves a Teahouse a second time, so that its responses can be looked at. */
  async function start(times: Partial<TlsTimes> = {}, heartbeatMs = 15_000): Promise<void> {
    teahouse = await startTeahouse({ heartbeatMs })
    responses = []
    const handle = teahouse.koa.callback()
    server = createTlsServer(
      certificateFiles(),
      (request, response) => {
        responses.push(response as unknown as Http2ServerResponse)
        void handle(request, response)
      },
      { handshakeMs: 10_000, quietMs: 60_000, ...times },
    )
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
  }

  it('holds little for a tab that never reads, and the others on its connection hear all', async () => {
    await start()
    const shared = await openSession(url)
    const stalled = openTab(shared, '/chat')
    stalled.stream.pause()
    await until(() => teahouse.hub.size === 1)
    const reading = openTab(shared, '/chat')
    await until(() => teahouse.hub.size === 2)
    const [response] = responses
    let most = 0
    for (let said = 1; said <= 50; said++) {
      await postText(`${teahouse.url}/chat`, '茶'.repeat(8000))
      await until(() => reading.text.split('茶\nid: ').length > said)
      most = Math.max(most, response!.stream.bufferSize)
    }
    expect(stalled.text.length).to.be.below(100_000)
    expect(most).to.be.above(0)
    expect(most).to.be.below(MOST_HELD_BYTES)
    shared.destroy()
    await until(() => teahouse.hub.size === 0)
  })

  it('is ended when it takes too long to agree upon TLS', async () => {
    await start({ handshakeMs: 50 })
    const silent = connect(Number(new URL(url).port), '127.0.0.1')
    await once(silent.resume(), 'close')
  })

  it('is ended when it is quiet, and not while it has a stream', async () => {
    await start({ quietMs: 300 }, 50)
    const [quiet, listening] = await Promise.all([openSession(url), openSession(url)])
    const tab = openTab(listening, '/chat?format=json')
    await until(() => quiet.destroyed)
    await until(() => tab.text.split('event: heartbeat').length > 20)
    expect(listening.destroyed).to.equal(false)
    listening.destroy()
  })
})
