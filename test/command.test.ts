import { expect } from 'chai'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postText, send } from './support/client.ts'
import { listen } from './support/listener.ts'
import { until } from './support/until.ts'

interface Command {
  child: ChildProcess
  stdout: string
  stderr: string
  /** Resolves with the exit code. */
  exit: Promise<number | null>
}

function teahouse(args: string[], env: NodeJS.ProcessEnv = {}): Command {
  const child = spawn(process.execPath, ['dist/main.js', ...args], { env: { ...process.env, ...env } })
  const exit = once(child, 'exit').then(([code]) => code as number | null)
  const command: Command = { child, stdout: '', stderr: '', exit }
  child.stdout.on('data', (text: Buffer) => (command.stdout += text.toString()))
  child.stderr.on('data', (text: Buffer) => (command.stderr += text.toString()))
  return command
}

async function urlOf(command: Command): Promise<string> {
  await until(
    () => command.stdout.includes('listens on'),
    () => `a server, which said ${command.stderr}`,
  )
  return /http:\S+/.exec(command.stdout)![0]
}

describe('the command teahouse', () => {
  let directory: string
  const running: Command[] = []
  const start = (args: string[], env?: NodeJS.ProcessEnv) => {
    const command = teahouse(args, env)
    running.push(command)
    return command
  }
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'teahouse-'))))
  afterEach(async () => {
    for (const { child, exit } of running.splice(0)) {
      child.kill('SIGKILL')
      await exit
    }
    rmSync(directory, { recursive: true })
  })

  it('lists every option with --help', async () => {
    const help = start(['--help'])
    expect(await help.exit).to.equal(0)
    for (const option of [
      '--port',
      '--host',
      '--data',
      '--lang',
      '--name-ttl',
      '--help',
      'PORT',
      'HOST',
      'TEAHOUSE_DATA',
      '8012',
    ])
      expect(help.stdout).to.include(option)
  })

  it('takes its options from flags, and else from the environment', async () => {
    const server = start(['--port', '0'], {
      PORT: 'nonsense',
      HOST: '127.0.0.1',
      TEAHOUSE_DATA: directory,
      TEAHOUSE_LANG: 'en',
    })
    const url = await urlOf(server)
    expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/)
    const listener = await listen(`${url}/chat`)
    expect((await listener.until(1))[0]?.data).to.equal('Connected')
  })

  for (const [name, args, line] of [
    ['a port that is none', ['--port', '70000'], 'teahouse: port must be 0 to 65535, got "70000"\n'],
    ['a language that it does not speak', ['--lang', 'fr'], 'teahouse: lang must be zh or en, got "fr"\n'],
    ['an unknown option', ['--colour', 'red'], /^teahouse: .*--colour.*\n$/],
    ['an argument', ['serve'], /^teahouse: .*serve.*\n$/],
    [
      'a directory that cannot be made',
      ['--data', '/dev/null/x'],
      /^teahouse: cannot make the data directory \/dev\/null\/x: .*\n$/,
    ],
  ] as const) {
    it(`answers ${name} with one line and exit code 2`, async () => {
      const command = start([...args])
      expect(await command.exit).to.equal(2)
      expect(command.stdout).to.equal('')
      if (typeof line === 'string') expect(command.stderr).to.equal(line)
      else expect(command.stderr).to.match(line)
    })
  }

  it('answers a port in use with one line and exit code 2', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const command = start(['--data', ':memory:', '--host', '127.0.0.1', '--port', String(port)])
    expect(await command.exit).to.equal(2)
    expect(command.stderr).to.equal(`teahouse: cannot listen on 127.0.0.1:${port}: the port is in use\n`)
    holder.close()
  })

  it('answers a directory that another process holds with one line and exit code 2', async () => {
    await urlOf(start(['--data', directory, '--port', '0']))
    const second = start(['--data', directory, '--port', '0'])
    expect(await second.exit).to.equal(2)
    expect(second.stderr).to.equal(`teahouse: another process holds the data directory ${directory}\n`)
  })

  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`ends its streams and exits with 0 on ${signal}`, async () => {
      const server = start(['--data', ':memory:', '--port', '0'])
      const listener = await listen(`${await urlOf(server)}/chat?format=json`)
      await listener.until(1, 'roster')
      server.child.kill(signal)
      expect(await server.exit).to.equal(0)
      await until(() => listener.ended)
      expect(listener.data('closing')).to.have.length(1)
      expect(server.stderr).to.equal('')
    })
  }

  it('has everything that it answered after a kill -9', async () => {
    const server = start(['--data', directory, '--port', '0'])
    const url = await urlOf(server)
    const { json } = await postText(`${url}/chat`, 'still here')
    server.child.kill('SIGKILL')
    await server.exit
    const again = await urlOf(start(['--data', directory, '--port', '0']))
    expect((await send(`${again}/messages`)).json.messages).to.deep.equal([json])
  })
})
