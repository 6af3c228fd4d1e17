import { expect } from 'chai'
import '../support/run/built.ts'
import { postText, send } from '../support/http/client.ts'
import { Program } from '../support/process/program.ts'

describe('the command, watched', () => {
  let program: Program
  afterEach(() => program.stop())

  async function start(...args: string[]): Promise<string> {
    const common = ['dist/main.js', '--data', ':memory:', '--host', '127.0.0.1', '--port', '0']
    program = new Program(process.execPath, [...common, ...args])
    return /http:\S+/.exec(await program.prints(/listens on http:\S+/))![0]
  }

  const lines = () =>
    program.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>)

  it('writes a line for its start, its stop and the sum of what it refused, and none for a request', async () => {
    const url = await start()
    await postText(`${url}/chat`, 'hi')
    await postText(`${url}/chat`, '')
    program.child.kill('SIGTERM')
    expect(await program.exit).to.equal(0)
    const texts = lines().map(({ msg }) => msg)
    expect(texts).to.have.length(4)
    expect(texts[1]).to.match(/^stops on SIGTERM/)
    expect(lines()[2]).to.deep.include({ refused: { empty_message: 1 } })
    expect(texts[3]).to.equal('has stopped')
  })

  for (const [args, line] of [
    [['--metrics', '70000'], 'teahouse: metrics must be on, off or a port, got "70000"\n'],
    [['--log-requests', 'yes'], 'teahouse: log-requests must be on or off, got "yes"\n'],
    [['--embed-origin', 'x'], 'teahouse: embed-origin must be like https://example.org, got "x"\n'],
  ] as const) {
    it(`answers ${args.join(' ')} with one line and exit code 2`, async () => {
      program = new Program(process.execPath, ['dist/main.js', ...args])
      expect(await program.exit).to.equal(2)
      expect(program.stderr).to.equal(line)
    })
  }

  it('lets the pages of the listed origins alone embed a room', async () => {
    const url = await start('--embed-origin', 'https://a.example,https://b.example')
    const { headers } = await send(`${url}/?view=embed`)
    expect(headers.get('content-security-policy')).to.include(
      "frame-ancestors 'self' https://a.example https://b.example;",
    )
  })

  it('writes one for each request where it is told to', async () => {
    const url = await start('--log-requests', 'on')
    await send(`${url}/healthz`)
    await program.prints(/"path":"\/healthz"/)
  })

  it('has its metrics on the port of all else, on one of their own, or nowhere', async () => {
    const url = await start()
    expect((await send(`${url}/metrics`)).text).to.include('nodejs_eventloop_lag_p99_seconds')
    await program.stop()

    const withPort = await start('--metrics', '0')
    const metrics = /http:\S+/.exec(await program.prints(/metrics at http:[^"]+/))![0]
    expect((await send(metrics)).text).to.include('teahouse_streams')
    expect((await send(`${withPort}/metrics`)).status).to.equal(404)
    expect((await send(metrics.replace('/metrics', '/chat'))).status).to.equal(404)
    await program.stop()

    const without = await start('--metrics', 'off')
    expect((await send(`${without}/metrics`)).status).to.equal(404)
  })
})
