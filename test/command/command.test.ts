import { DatabaseSync } from '@photostructure/sqlite'
import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from 'node:tls'
import { makeCertificate, writeCertificate } from '../support/http/certificate.ts'
import { postText, send, takeName } from '../support/http/client.ts'
import { Commands, urlOf } from '../support/process/command.ts'
import { listen } from '../support/http/listener.ts'
import { skipWithout } from '../support/run/missing.ts'
import { until } from '../support/until.ts'

/** Whom the certificate of a server names. */
async function commonNameAt(url: string): Promise<string | string[] | undefined> {
  const socket = connect(Number(new URL(url).port), 'localhost', { rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const { subject } = socket.getPeerCertificate()
  socket.destroy()
  return subject.CN
}

describe('the command teahouse', () => {
  let directory: string
  const commands = new Commands()
  const start = commands.start.bind(commands)
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'teahouse-'))))
  afterEach(async () => {
    await commands.stop()
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
    ['an unknown command', ['serve'], 'teahouse: there is no command "serve"\n'],
    ['a command without its file', ['backup'], 'teahouse: backup takes one file\n'],
    [
      'a proxy that is no address',
      ['--trust-proxy', 'loopback, nginx'],
      'teahouse: trust-proxy must be addresses, CIDRs or loopback, got "loopback, nginx"\n',
    ],
    [
      'a host with a port',
      ['--allowed-hosts', 'a.example, b.example:80'],
      'teahouse: allowed-hosts must be names like chat.example.org, got " b.example:80"\n',
    ],
    ['a certificate without a key', ['--tls-cert', 'x'], 'teahouse: tls-cert and tls-key must be given together\n'],
    [
      'a certificate that cannot be read',
      ['--tls-cert', '/nowhere', '--tls-key', '/nowhere', '--data', ':memory:'],
      /^teahouse: cannot read \/nowhere: .*\n$/,
    ],
    ['a room that is none', ['--room', 'a b'], 'teahouse: room must be 1 to 64 letters, digits, - or _, got "a b"\n'],
    [
      'an address of Redis that is none',
      ['--redis', 'example.org'],
      'teahouse: redis must be like redis://example.org:6379, got "example.org"\n',
    ],
    [
      'a Redis that is not there',
      ['--redis', 'redis://127.0.0.1:1'],
      /^teahouse: cannot reach Redis at 127\.0\.0\.1:1: .*\n$/,
    ],
    [
      'a backup of a Redis',
      ['backup', 'x', '--redis', 'redis://127.0.0.1:1'],
      'teahouse: backup is for the embedded store only; use the backups of Redis\n',
    ],
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

  it('answers a data directory that it cannot use with one line and exit code 2', async function () {
    const [file, mine, theirs] = ['file', 'mine', 'theirs'].map((name) => join(directory, name)) as [
      string,
      string,
      string,
    ]
    writeFileSync(file, '')
    for (const path of [mine, theirs]) mkdirSync(path)
    chmodSync(mine, 0o500)
    chmodSync(directory, 0o755)
    // What is open to everybody can be used, whoever owns it; the files of somebody else in it cannot.
    chmodSync(theirs, 0o777)
    writeFileSync(join(theirs, 'lock.db'), '')
    const asNobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}
    // Root has every right, so the command runs as somebody else, who must be able to read Node and the build.
    if (asNobody.uid !== undefined && spawnSync(process.execPath, ['--check', 'dist/main.js'], asNobody).status !== 0)
      this.skip()
    if (asNobody.uid !== undefined) chownSync(mine, asNobody.uid, asNobody.gid)
    const cases: [string, RegExp][] = [
      ['/proc/nope', /^teahouse: cannot make the data directory \/proc\/nope: .*\n$/],
      [join(file, 'x'), /^teahouse: cannot make the data directory .*\n$/],
      [file, /^teahouse: cannot write to the data directory .*\n$/],
      [mine, /^teahouse: cannot write to the data directory .*\n$/],
      [join(mine, 'x'), /^teahouse: cannot make the data directory .*\n$/],
    ]
    if (asNobody.uid !== undefined) cases.push([theirs, /^teahouse: cannot write to the data directory .*\n$/])
    for (const [data, line] of cases) {
      const command = start(['--port', '0', '--data', data], {}, asNobody)
      expect([data, await command.exit, command.stdout]).to.deep.equal([data, 2, ''])
      expect(command.stderr).to.match(line)
    }
  })

  it('answers a directory that another process holds with one line and exit code 2', async () => {
    await urlOf(start(['--data', directory, '--port', '0']))
    const second = start(['--data', directory, '--port', '0'])
    expect(await second.exit).to.equal(2)
    expect(second.stderr).to.equal(`teahouse: another process holds the data directory ${directory}\n`)
  })

  it('reads its certificate again on SIGHUP, and keeps the old one if the new one is none', async () => {
    const files = writeCertificate(makeCertificate('first'))
    const server = start(['--data', ':memory:', '--port', '0', '--tls-cert', files.cert, '--tls-key', files.key])
    const url = await urlOf(server)
    expect(url).to.match(/^https:/)
    expect(await commonNameAt(url)).to.equal('first')
    const second = makeCertificate('second')
    writeFileSync(files.cert, second.cert)
    server.child.kill('SIGHUP')
    await until(() =>
      server.stdout.includes(`keeps the old certificate: ${files.key} is not the key of ${files.cert}"`),
    )
    expect(await commonNameAt(url)).to.equal('first')
    writeFileSync(files.key, second.key)
    server.child.kill('SIGHUP')
    await until(() => server.stdout.includes('has read the certificate again'))
    expect(await commonNameAt(url)).to.equal('second')
    server.child.kill('SIGTERM')
    expect(await server.exit).to.equal(0)
  })

  it('backs up while it runs, restores, exports and imports', async () => {
    const server = start(['--data', directory, '--port', '0'])
    const url = await urlOf(server)
    for (const text of ['one', 'two']) await postText(`${url}/chat`, text)
    const [backup, other] = [join(directory, 'backup.db'), join(directory, 'other')]
    const run = async (...args: string[]) => {
      const command = start(args)
      return { code: await command.exit, stdout: command.stdout, stderr: command.stderr }
    }
    const done = (stdout: string) => ({ code: 0, stdout: `${stdout}\n`, stderr: '' })
    expect(await run('backup', backup, '--data', directory)).to.deep.equal(done(`backed up ${directory} to ${backup}`))
    expect(await run('restore', backup, '--data', other)).to.deep.equal(done(`restored ${backup} to ${other}`))

    const exported = join(directory, 'lobby.ndjson')
    const { text } = await send(`${url}/messages`, { headers: { Accept: 'application/x-ndjson' } })
    writeFileSync(exported, text)
    const intoTea = await run('import', exported, '--data', other, '--room', 'Tea')
    expect(intoTea).to.deep.equal(done('imported 2 entries into tea'))
    expect(await run('import', exported, '--data', other)).to.deep.equal(done('imported 2 entries into lobby'))

    const second = await urlOf(start(['--data', other, '--port', '0']))
    const texts = async (room: string) =>
      ((await send(`${second}/rooms/${room}/messages`)).json.messages as { text: string }[]).map(
        (message) => message.text,
      )
    expect(await texts('lobby')).to.deep.equal(['one', 'two', 'one', 'two'])
    expect(await texts('tea')).to.deep.equal(['one', 'two'])
  })

  it('imports all of a file or nothing', async () => {
    const exported = join(directory, 'lobby.ndjson')
    const line = (n: number) =>
      `{"event":"message","id":"e-${n}","room":"lobby","name":null,"text":"m${n}","at":"2026-11-20T08:15:02.120Z","guest":true}\n`
    for (const [text, fault] of [
      [`${line(1)}{`, 'line 2: is not JSON'],
      [`${line(1)}{}\n`, 'line 2: event: '],
      [`${line(1)}${line(3)}`, 'line 2: does not follow the line before'],
      [line(1).replace('e-1', 'x'), 'line 1: id: "x" is no id'],
    ] as const) {
      writeFileSync(exported, text)
      const command = start(['import', exported, '--data', directory])
      expect(await command.exit).to.equal(2)
      expect(command.stderr).to.match(/^teahouse: [^\n]*\n$/)
      expect(command.stderr).to.include(`${exported}: ${fault}`)
    }
    const url = await urlOf(start(['--data', directory, '--port', '0']))
    expect((await send(`${url}/messages`)).json.messages).to.deep.equal([])
  })

  it('answers 507 while the disk is full, and goes on when there is room again', async function () {
    const disk = join(directory, 'disk')
    mkdirSync(disk)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
    if (mounted.status !== 0) skipWithout(this, 'the right to mount a small disk')
    try {
      const server = start(['--data', join(disk, 'data'), '--port', '0'])
      const url = await urlOf(server)
      writeFileSync(join(disk, 'filler'), Buffer.alloc(600_000))
      const long = 'x'.repeat(8000)
      let answered = 0
      let answer = await postText(`${url}/chat`, long)
      for (; answer.status === 201; answered++) answer = await postText(`${url}/chat`, long)
      expect(answer.json).to.deep.include({ code: 'store_full' })
      expect(answer.status).to.equal(507)
      rmSync(join(disk, 'filler'))
      expect((await postText(`${url}/chat`, long)).status).to.equal(201)
      const exported = await send(`${url}/messages`, { headers: { Accept: 'application/x-ndjson' } })
      expect(exported.text.match(/\n/g)).to.have.length(answered + 1)
      server.child.kill('SIGTERM')
      expect(await server.exit).to.equal(0)
    } finally {
      await commands.stop()
      spawnSync('umount', [disk])
    }
  })

  it('answers all who read while the disk is full, also by a session whose use is not written down', async function () {
    const disk = join(directory, 'disk')
    mkdirSync(disk)
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk])
    if (mounted.status !== 0) skipWithout(this, 'the right to mount a small disk')
    try {
      const data = join(disk, 'data')
      const first = start(['--data', data, '--port', '0'])
      const bob = await takeName(await urlOf(first), 'bob')
      first.child.kill('SIGTERM')
      await first.exit
      const sql = new DatabaseSync(join(data, 'teahouse.db'))
      sql.exec('UPDATE sessions SET used_at = used_at - 2 * 60 * 60 * 1000')
      sql.close()

      const server = start(['--data', data, '--port', '0'])
      const url = await urlOf(server)
      const long = 'x'.repeat(8000)
      while ((await postText(`${url}/chat`, long)).status === 201);
      // What is left of the last page of the disk.
      expect(() => {
        for (;;) appendFileSync(join(disk, 'filler'), Buffer.alloc(512))
      }).to.throw('ENOSPC')
      for (const path of [
        '/',
        '/me',
        '/messages',
        '/users',
        '/rooms',
        '/readyz',
        '/rooms/tea',
        '/rooms/tea/messages',
      ]) {
        for (const headers of [bob, { ...bob, Accept: 'application/x-ndjson' }]) {
          expect((await send(`${url}${path}`, { headers })).status, path).to.equal(200)
        }
      }
      for (const room of ['', '/rooms/tea']) {
        const listener = await listen(`${url}${room}/chat?format=json`, bob)
        await listener.until(1, 'roster')
        listener.close()
      }
      expect((await postText(`${url}/chat`, long, bob)).json).to.include({ code: 'store_full' })
    } finally {
      await commands.stop()
      spawnSync('umount', [disk])
    }
  })

  it('reports a store that is empty or damaged at its start, in one line, and changes nothing', async () => {
    const file = join(directory, 'teahouse.db')
    for (const [text, said] of [
      ['', 'it is empty'],
      ['no database', 'it is no SQLite database'],
    ] as const) {
      writeFileSync(file, text)
      const exit = start(['--data', directory, '--port', '0'])
      expect(await exit.exit).to.equal(2)
      expect(exit.stderr).to.equal(`teahouse: cannot open ${file}: ${said}\n`)
      const restored = start(['restore', file, '--data', join(directory, 'other')])
      expect(await restored.exit).to.equal(2)
      expect(restored.stderr).to.equal(`teahouse: ${file} is no backup: ${said}\n`)
      expect(readFileSync(file, 'utf8')).to.equal(text)
    }
  })

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
