import { expect } from 'chai'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ServerProcess } from '../faults/server-process.ts'
import { freePort } from '../support/process/free-port.ts'
import { Program } from '../support/process/program.ts'
import { postText, send } from '../support/http/client.ts'
import { listen } from '../support/http/listener.ts'
import { hasRedis, RedisServer } from '../support/redis/redis-server.ts'

;(hasRedis ? describe : describe.skip)('the command teahouse on Redis', () => {
  let redis: RedisServer
  const running: ServerProcess[] = []
  const start = async (): Promise<ServerProcess> => {
    const node = new ServerProcess(['--redis', redis.url], await freePort())
    running.push(node)
    node.spawn()
    await node.listening()
    return node
  }
  beforeEach(async () => (redis = await RedisServer.start({ appendonly: 'no' })))
  afterEach(async () => {
    for (const node of running.splice(0)) await node.stop()
    await redis.stop()
  })

  it('shares its rooms with the other nodes, and warns of what is not safe', async () => {
    const [one, two] = [await start(), await start()]
    const listener = await listen(`${two.url}/chat`)
    await postText(`${one.url}/chat`, 'hi')
    await listener.until(2)
    expect(listener.events.at(-1)!.data).to.equal('hi')
    expect(one.said).to.include('"level":"warn"').and.include('Redis keeps nothing on disk: set appendonly yes')
    expect(one.complaints).to.equal('')
  })

  it('imports an export into the room of all nodes', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'teahouse-'))
    const node = await start()
    await postText(`${node.url}/chat`, 'hi')
    const { text } = await send(`${node.url}/messages`, { headers: { Accept: 'application/x-ndjson' } })
    const file = join(directory, 'export.ndjson')
    writeFileSync(file, text)
    const args = ['dist/main.js', 'import', file, '--redis', redis.url, '--room', 'tea']
    const program = new Program(process.execPath, args)
    expect(await program.exit, program.stderr).to.equal(0)
    expect(program.stdout).to.equal('imported 1 entries into tea\n')
    expect((await send(`${node.url}/rooms/tea/messages`)).json.messages[0].text).to.equal('hi')
    rmSync(directory, { recursive: true })
  })
})
