import { expect } from 'chai'
import { existsSync, readFileSync } from 'node:fs'
import { connect, type Socket } from 'node:net'
import { Commands, urlOf } from '../support/process/command.ts'
import { skipWithout } from '../support/run/missing.ts'
import { until } from '../support/until.ts'

const COMERS = 2000
const SYSTEM = '/proc/sys/net/core/somaxconn'

describe('a server that is busy', () => {
  const commands = new Commands()
  const sockets: Socket[] = []
  afterEach(async () => {
    for (const socket of sockets) socket.destroy()
    await commands.stop()
  })

  it(`has a place in its queue for ${COMERS} who come at once`, async function () {
    const most = existsSync(SYSTEM) ? Number(readFileSync(SYSTEM, 'utf8')) : 0
    if (most < COMERS && !process.env.CI) {
      skipWithout(this, `a queue of ${COMERS} for those who connect (net.core.somaxconn)`)
    }
    const server = commands.start(['--port', '0', '--host', '127.0.0.1', '--data', ':memory:', '--limits', 'off'])
    const port = Number(new URL(await urlOf(server)).port)
    server.child.kill('SIGSTOP')
    let connected = 0
    for (let count = 0; count < COMERS; count++) {
      sockets.push(connect({ port, host: '127.0.0.1' }, () => connected++).on('error', () => {}))
    }
    await until(
      () => connected === COMERS,
      () => `${connected} of ${COMERS} were let in`,
    )
    server.child.kill('SIGCONT')
    expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).to.equal(200)
  })
})
