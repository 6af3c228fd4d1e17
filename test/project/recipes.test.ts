import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { freePort } from '../support/process/free-port.ts'
import { postForm, send } from '../support/http/client.ts'
import { listen, type Listener } from '../support/http/listener.ts'
import { Program } from '../support/process/program.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

/** The lines of a recipe that do something. */
function linesOf(file: string): number {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '' && !/^(\/\/|#)/.test(line)).length
}

async function answers(url: string): Promise<boolean> {
  try {
    return (await fetch(url, { method: 'HEAD' })).ok
  } catch {
    return false
  }
}

describe('the recipes', () => {
  const programs: Program[] = []
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop()
  })

  async function serve(file: string): Promise<string> {
    const port = await freePort()
    programs.push(new Program(process.execPath, [file], { env: { PORT: String(port) } }))
    const url = `http://127.0.0.1:${port}`
    await until(
      () => answers(url),
      () => `${file}, which said ${programs.at(-1)?.stderr}`,
    )
    return url
  }

  for (const file of ['recipes/http.js', 'recipes/koa.js', 'recipes/express.js']) {
    it(`${file} is a live event endpoint in about ten lines`, async () => {
      const listener = await listen(await serve(file))
      expect(listener.headers).to.include({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
      const [first] = await listener.until(1, 'time')
      expect(first!.data).to.match(/^\d{4}-\d\d-\d\dT/)
      expect(listener.text).to.match(/^retry: 3000\n/)
      expect(linesOf(file)).to.be.at.most(11)
      listener.close()
    })
  }

  it('recipes/resume.js sends each entry once to a client that comes back', async () => {
    const url = await serve('recipes/resume.js')
    const ids = ({ events }: Listener) => events.map(({ id }) => Number(id))
    const first = await listen(url)
    const before = await first.until(2)
    first.close()
    const second = await listen(url, { 'Last-Event-ID': before[0]!.id! })
    await second.until(2)
    expect(ids(second)).to.deep.equal(ids(second).map((_, i) => Number(before[0]!.id) + 1 + i))
    const program = programs.at(-1)!
    program.child.kill('SIGTERM')
    await until(() => second.ended)
    expect(second.text).to.match(/retry: \d{4,5}\n\n$/)
    expect(await program.exit).to.equal(0)
  })

  describe('the bots', () => {
    let teahouse: Teahouse
    let room: string
    beforeEach(async () => {
      teahouse = await startTeahouse({ language: 'en' })
      room = `${teahouse.url}/rooms/tea`
    })
    afterEach(() => teahouse.stop())

    async function listeners(count: number): Promise<void> {
      await until(async () => (await send(`${room}/users`)).json.count === count)
    }

    it('recipes/bot.sh answers in about ten lines of shell', async () => {
      programs.push(new Program('sh', ['recipes/bot.sh', room]))
      await listeners(1)
      const ear = await listen(`${room}/chat`)
      await postForm(`${room}/chat`, { name: 'ann', message: '!time' })
      const heard = await ear.until(3)
      expect(heard[2]!.data).to.match(/^cuckoo: \d\d:\d\d$/)
      expect(linesOf('recipes/bot.sh')).to.be.at.most(10)
      ear.close()
    })

    it('recipes/bot.js answers under a name of its own', async () => {
      const { json } = await postForm(`${teahouse.url}/addUser`, { name: 'dice', room: 'other' })
      programs.push(new Program(process.execPath, ['recipes/bot.js', room], { env: { TOKEN: json.token } }))
      await until(async () => (await send(`${room}/users`)).json.users.includes('dice'))
      const ear = await listen(`${room}/chat?format=json`)
      await postForm(`${room}/chat`, { name: 'ann', message: '!dice' })
      await ear.until(2)
      const answer = ear.data<{ name: string; text: string; guest: boolean }>('message')[1]!
      expect(answer).to.include({ name: 'dice', guest: false })
      expect(Number(answer.text)).to.be.within(1, 6)
      ear.close()
    })
  })
})
