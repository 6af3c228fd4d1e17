import { expect } from 'chai'
import { connect, type Socket } from 'node:net'
import { once } from 'node:events'
import { listen } from '../support/listener.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

describe('a lost connection', () => {
  let teahouse: Teahouse
  beforeEach(async () => void (teahouse = await startTeahouse()))
  afterEach(() => teahouse.stop())

  async function open(request: string): Promise<Socket> {
    const { hostname, port } = new URL(teahouse.url)
    const socket = connect({ host: hostname, port: Number(port) })
    await once(socket, 'connect')
    socket.write(request)
    return socket
  }

  it('is no failure of ours, however it was lost', async () => {
    const socket = await open('GET /chat HTTP/1.1\r\nHost: teahouse\r\n\r\n')
    await once(socket, 'data')
    socket.resetAndDestroy()
    await until(() => teahouse.hub.size === 0)
    expect(teahouse.failures).to.deep.equal([])
  })
})
