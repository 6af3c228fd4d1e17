import { expect } from 'chai'
import fc from 'fast-check'
import { postText, send, sendJson } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

describe('what people write', () => {
  it('forges no line of the stream, no JSON field and no header, whatever its characters', async () => {
    const teahouse = await startTeahouse()
    const { url } = teahouse
    const [text, json] = await Promise.all([listen(`${url}/chat`), listen(`${url}/chat?format=json`)])
    const nasty = fc.oneof(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 32 }),
      fc
        .array(
          fc.constantFrom(
            '\n',
            '\r',
            '\r\n',
            '\0',
            'data: x',
            'id: 9',
            'event: y',
            '"',
            '\\',
            '{',
            '<',
            '\u2028',
            ':',
            ' ',
            'a',
          ),
          { minLength: 1 },
        )
        .map((parts) => parts.join('')),
    )
    let said = 0
    await fc.assert(
      fc.asyncProperty(nasty, nasty, async (name, message) => {
        const answer = await sendJson(`${url}/chat`, { name, message })
        if (answer.status !== 201) {
          expect(answer.status).to.equal(400)
          expect(answer.json).to.have.all.keys('success', 'code', 'msg')
          return
        }
        said++
        expect(answer.json).to.have.all.keys('id', 'room', 'name', 'text', 'at', 'guest')
        const events = await json.until(said)
        expect(JSON.parse(events[said - 1]!.data)).to.deep.equal(answer.json)
        // Between the messages are the lines of who has joined and left.
        const spoken = () => text.events.find(({ id }) => id === answer.json.id)
        await until(() => spoken() !== undefined)
        expect(spoken()!.data).to.equal(`${answer.json.name}说:${answer.json.text}`.replaceAll(/\r\n|\r/g, '\n'))
        const taken = await sendJson(`${url}/addUser`, { name })
        if (taken.status === 200) {
          expect(taken.json).to.have.all.keys('success', 'name', 'token')
          await send(`${url}/me`, { method: 'DELETE', headers: { Authorization: `Bearer ${taken.json.token}` } })
        }
      }),
      { numRuns: 150 },
    )
    expect(said).to.be.greaterThan(10)
    await postText(`${url}/chat`, 'end')
    const kinds = new Set(json.events.map(({ event }) => event))
    expect(
      [...kinds].filter((kind) => !['ready', 'roster', 'message', 'joined', 'left'].includes(kind!)),
    ).to.deep.equal([])
    expect(teahouse.failures).to.deep.equal([])
    await teahouse.stop()
  })
})
