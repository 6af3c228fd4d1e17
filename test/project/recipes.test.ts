import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { freePort } from '../support/process/free-port.ts'
import { postForm, send } from '../support/http/client.ts'
import { listen, type Listener } from '../support/http/listener.ts'
import { range } from '../support/process/log.ts'
import { Program } from '../support/process/program.ts'
import { requireProgram } from '../support/run/programs.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

/** The lines of a recipe that do something. */
function linesOf(file: string): number {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((line) => line.trim() !== '' && !/^(\/\/|#)/.test(line)).length
}

const textOf = (file: string): string => readFileSync(`recipes/${file}`, 'utf8')

const numberOf = (id: string): number => Number(id.split('-')[1])

async function answers(url: string, status: number): Promise<boolean> {
  try {
    return (await fetch(url, { method: 'HEAD' })).status === status
  } catch {
    return false
  }
}

describe('the recipes', () => {
  const programs: Program[] = []
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop()
  })

  async function serve(file: string, status = 200): Promise<string> {
    const port = await freePort()
    programs.push(new Program(process.execPath, [file], { env: { PORT: String(port) } }))
    const url = `http://127.0.0.1:${port}`
    await until(
      () => answers(url, status),
      () => `${file}, which said ${programs.at(-1)?.stderr}`,
    )
    return url
  }

  const FRAMEWORKS = ['http', 'koa', 'express', 'fastify', 'hono'].map((name) => `recipes/${name}.js`)
  for (const file of FRAMEWORKS) {
    it(`${file} is a live event endpoint in about ten lines`, async () => {
      const url = await serve(file)
      const listener = await listen(url)
      expect(listener.headers).to.include({ 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
      const [first] = await listener.until(1, 'time')
      expect(first!.data).to.match(/^\d{4}-\d\d-\d\dT/)
      expect(listener.text).to.match(/^retry: 3000\n/)
      expect(linesOf(file)).to.be.at.most(14)
      listener.close()
    })
  }

  it('each says in a line at its top what it is, and in one what to install', () => {
    const recipes = readdirSync('recipes').filter((file) => /import .*'teahouse\/sse'/.test(textOf(file)))
    expect(recipes).to.include.members(['http.js', 'login.js', 'resume.js', 'testing.js'])
    for (const file of recipes) {
      const wanted = [...textOf(file).matchAll(/^import .* from '(?!node:)((?:@[^/']+\/)?[^/']+)/gm)].map(
        ([, name]) => name,
      )
      const [, installed] = /^(?:\/\/.*\n)+?\/\/ npm i (.*)\n(?!\/\/)/.exec(textOf(file))!
      expect(installed!.split(' '), file).to.have.members([...new Set(wanted)])
    }
  })

  describe('recipes/resume.js', () => {
    const numbersOf = ({ events }: Listener) =>
      events.filter(({ event }) => !event).map(({ id }) => Number(id!.split('-')[1]))

    it('sends each entry once to a client that comes back', async () => {
      const url = await serve('recipes/resume.js')
      const first = await listen(url)
      const id = (await first.until(2))[0]!.id!
      first.close()
      for (const [query, headers] of [
        ['', { 'Last-Event-ID': id }],
        [`?lastEventId=${id}`, {}],
      ] as const) {
        const second = await listen(`${url}/${query}`, headers)
        await second.until(2)
        expect(second.events[0]).to.include({ event: 'ready', id })
        expect(numbersOf(second)).to.deep.equal(range(numberOf(id) + 1, numberOf(id) + numbersOf(second).length))
        second.close()
      }
    })

    it('begins at the head, and says so, for an id that it never gave', async () => {
      const url = await serve('recipes/resume.js')
      const first = await listen(url)
      const id = (await first.until(1))[0]!.id!
      for (const strange of ['1.5', '-1', '1', 'x-1', id.replace(/-.*/, '-1.5'), id.replace(/-.*/, '-999999')]) {
        const listener = await listen(url, { 'Last-Event-ID': strange })
        const [lost] = await listener.until(1, 'lost')
        const [next] = await listener.until(1)
        expect(numberOf(next!.id!)).to.equal(numberOf(lost!.id!) + 1)
        listener.close()
      }
      first.close()
    })

    it('ends every stream at the end, each with its own time to come back', async () => {
      const listener = await listen(await serve('recipes/resume.js'))
      const program = programs.at(-1)!
      program.child.kill('SIGTERM')
      await until(() => listener.ended)
      expect(listener.text).to.match(/retry: \d{4,5}\n\n$/)
      expect(await program.exit).to.equal(0)
    })
  })

  it('recipes/login.js sends to all devices of one person, until they log out', async () => {
    const url = await serve('recipes/login.js', 401)
    const login = async (name: string) => {
      const { headers } = await send(`${url}/login`, { method: 'POST', body: name })
      return { Cookie: headers.get('set-cookie')!.split(';')[0]! }
    }
    const [ann, other, bob] = [await login('ann'), await login('ann'), await login('bob')]
    const ears = await Promise.all([ann, other, bob].map((headers) => listen(url, headers)))
    await send(`${url}/users/ann`, { method: 'POST', body: 'for ann' })
    await send(`${url}/users/bob`, { method: 'POST', body: 'for bob' })
    for (const ear of ears) await ear.until(1, 'notice')
    expect(ears.map(({ events }) => events.map(({ data }) => data))).to.deep.equal([
      ['for ann'],
      ['for ann'],
      ['for bob'],
    ])
    await send(`${url}/logout`, { method: 'POST', headers: other })
    await until(() => ears[0]!.ended && ears[1]!.ended)
    for (const headers of [ann, other]) expect((await send(url, { headers })).status).to.equal(401)
    expect(ears[2]!.ended).to.equal(false)
    ears[2]!.close()
  })

  it('recipes/testing.js is a test that passes', async () => {
    const program = new Program(process.execPath, ['--test', '--test-reporter=tap', 'recipes/testing.js'])
    programs.push(program)
    expect(await program.exit, program.stdout).to.equal(0)
    expect(program.stdout).to.match(/^# pass 3$/m)
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

    it('recipes/bot.sh answers in about ten lines of shell', async function () {
      requireProgram(this, 'curl')
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
