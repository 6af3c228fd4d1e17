import { expect } from 'chai'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { send } from '../support/http/client.ts'
import { Commands, urlOf } from '../support/process/command.ts'
import { listen } from '../support/http/listener.ts'
import { dial, requestText } from '../support/http/socket.ts'
import { until } from '../support/until.ts'

const HALF_POST = 'POST /chat HTTP/1.1\r\nHost: tea\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhe'

/** Has the process fail, several times, in a way that nothing of ours catches. */
const failing = (how: string) => ({
  NODE_OPTIONS: `--import "data:text/javascript,process.on('SIGUSR2',()=>{for(const n of [1,2,3])setImmediate(()=>{${how}})})"`,
})

describe('the end of the process', () => {
  let directory: string
  const commands = new Commands()
  const start = (...args: string[]) => commands.start(['--port', '0', '--data', directory, ...args])
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'teahouse-'))))
  afterEach(async () => {
    await commands.stop()
    rmSync(directory, { recursive: true })
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`comes on ${signal} with 0, once its streams have ended, each with its own time to come back`, async () => {
      const server = start()
      const url = await urlOf(server)
      const listeners = await Promise.all(Array.from({ length: 10 }, () => listen(`${url}/chat?format=json`)))
      for (const listener of listeners) await listener.until(1, 'roster')
      server.child.kill(signal)
      expect(await server.exit).to.equal(0)
      const retries = new Set<number>()
      for (const listener of listeners) {
        await until(() => listener.ended)
        const closings = listener.data<{ retry: number }>('closing')
        expect(closings).to.have.length(1)
        retries.add(closings[0]!.retry)
      }
      expect(retries.size).to.be.above(5)
      expect(server.stderr).to.equal('')
    })
  }

  it('waits for the posts in flight, and takes no new stream meanwhile', async () => {
    const server = start()
    const url = await urlOf(server)
    const listener = await listen(`${url}/chat?format=json`)
    await listener.until(1, 'ready')
    const post = await dial(url, HALF_POST)
    await until(async () => (await send(`${url}/healthz`)).status === 200)
    server.child.kill('SIGTERM')
    await until(() => listener.ended)
    expect(await send(`${url}/healthz`).catch(() => 'refused')).to.equal('refused')
    post.socket.write(`llo${requestText('GET', '/chat?format=json')}`)
    await until(() => post.socket.closed)
    expect(post.text).to.match(/^HTTP\/1.1 201 [^]*"text":"hello"[^]*event: closing\n/)
    expect(await server.exit).to.equal(0)

    const { json } = await send(`${await urlOf(start())}/messages`)
    expect(json.messages.map(({ text }: { text: string }) => text)).to.deep.equal(['hello'])
  })

  it('comes with 0 within --drain-seconds, whoever does not come to an end', async () => {
    const server = start('--drain-seconds', '1')
    const url = await urlOf(server)
    await dial(url, HALF_POST)
    await dial(url)
    const listener = await listen(`${url}/chat?format=json`)
    await listener.until(1, 'ready')
    const begun = performance.now()
    server.child.kill('SIGTERM')
    expect(await server.exit).to.equal(0)
    expect(performance.now() - begun).to.be.below(5000)
    expect(server.stderr).to.equal('')
  })

  it('comes at once on a second signal, and not with 0', async () => {
    const server = start('--drain-seconds', '600')
    const url = await urlOf(server)
    await dial(url, HALF_POST)
    const listener = await listen(`${url}/chat?format=json`)
    await listener.until(1, 'ready')
    server.child.kill('SIGTERM')
    await until(() => listener.ended)
    server.child.kill('SIGINT')
    expect(await server.exit).to.equal(130)
  })

  /** Node 24 loads all modules in one turn of the event loop, in which no signal arrives. */
  const LOADS_AT_ONCE = Number.parseInt(process.versions.node) >= 24

  /** Sends the process a signal as soon as it hears one: while the rest of it is loaded. */
  const early = (signal: string) => ({
    NODE_OPTIONS: `--import "data:text/javascript,const t=setInterval(()=>{if(process.listenerCount('${signal}')){clearInterval(t);process.kill(process.pid,'${signal}')}},0)"`,
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`comes on ${signal} with 0 while it starts, and nothing is served`, async function () {
      if (LOADS_AT_ONCE) this.skip()
      const server = commands.start(['--port', '0', '--data', directory], early(signal))
      expect(await server.exit).to.equal(0)
      expect(server.stdout).to.include(`stops on ${signal}`).and.not.include('listens on')
      expect(server.stderr).to.equal('')
    })

    it(`comes on ${signal} with 0 while it waits for its store`, async () => {
      const silent = createServer().listen(0, '127.0.0.1')
      await once(silent, 'listening')
      const sockets: Socket[] = []
      silent.on('connection', (socket) => sockets.push(socket))
      const server = commands.start([
        '--port',
        '0',
        '--redis',
        `redis://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      ])
      await until(() => sockets.length > 0)
      server.child.kill(signal)
      expect(await server.exit).to.equal(0)
      expect(server.stderr).to.equal('')
      for (const socket of sockets) socket.destroy()
      silent.close()
    })
  }

  it('is no success for a command that has not come to its own', async function () {
    if (LOADS_AT_ONCE) this.skip()
    const backup = commands.start(['backup', join(directory, 'backup.db'), '--data', directory], early('SIGTERM'))
    expect(await backup.exit).to.equal(null)
    expect(backup.child.signalCode).to.equal('SIGTERM')
  })

  for (const [what, how] of [
    ['an error that nobody caught', `throw new Error('lost\\nlines')`],
    ['a rejection that nobody handled', `void Promise.reject(new Error('lost\\nlines'))`],
  ] as const) {
    it(`comes with 1 after ${what}, logged once, and its streams are told`, async () => {
      const server = commands.start(['--port', '0', '--data', directory], failing(how.replaceAll('\\', '\\\\')))
      const listener = await listen(`${await urlOf(server)}/chat?format=json`)
      await listener.until(1, 'ready')
      server.child.kill('SIGUSR2')
      expect(await server.exit).to.equal(1)
      await until(() => listener.ended)
      expect(listener.data('closing')).to.have.length(1)
      const errors = server.stdout.split('\n').filter((line) => line.includes('"level":"error"'))
      expect(errors.map((line) => JSON.parse(line).error.message)).to.deep.equal(['lost\nlines'])
      expect(server.stderr).to.equal('')
    })
  }
})
