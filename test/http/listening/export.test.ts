import { expect } from 'chai'
import { once } from 'node:events'
import { request, type Response } from '../../support/http/request.ts'
import { startTeahouse, type Teahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

/** More than the buffers of two sockets take. */
const MESSAGES = 600
const HEADERS = { Accept: 'application/x-ndjson' }

describe('an export', () => {
  let teahouse: Teahouse
  const start = async (options: Parameters<typeof startTeahouse>[0]) => {
    teahouse = await startTeahouse(options)
    const draft = { event: 'message' as const, name: null, text: '茶'.repeat(8000), guest: true, owner: null }
    await Promise.all(Array.from({ length: MESSAGES }, () => teahouse.store.log.append('lobby', draft)))
  }
  const ask = () => request(`${teahouse.url}/messages`, { headers: HEADERS })
  afterEach(async () => {
    await teahouse.stop()
    expect(teahouse.failures).to.deep.equal([])
  })

  it('breaks off, and does not just end, when retention drops what its slow reader has still to get', async () => {
    await start({ keepEntries: 10 })
    const { body } = await ask()
    await once(body, 'readable')
    await teahouse.sweep()
    expect((await teahouse.store.log.extent('lobby')).first).to.equal(MESSAGES - 9)
    let text = ''
    const failure = await readAll(body, (more) => (text += more))
    expect(failure).to.be.instanceOf(Error)
    expect(text.split('\n').length).to.be.below(MESSAGES)
  })

  it('counts as a stream while it is under way', async () => {
    await start({ limits: { streamsPerAddress: 1 } })
    const first = await ask()
    await once(first.body, 'readable')
    expect((await ask()).status).to.equal(503)
    let text = ''
    expect(await readAll(first.body, (more) => (text += more))).to.equal(undefined)
    expect(text.match(/"event":"message"/g)).to.have.length(MESSAGES)
    await until(async () => {
      const next = await ask()
      next.close()
      return next.status === 200
    })
  })
})

/** Reads a body to its end; returns what broke it off, if anything did. */
async function readAll(body: Response['body'], take: (text: string) => void): Promise<unknown> {
  try {
    for await (const bytes of body.setEncoding('utf8')) take(String(bytes))
    return undefined
  } catch (error) {
    return error
  }
}
