import { expect } from 'chai'
import fc from 'fast-check'
import { postText, send, sendJson } from '../../support/http/client.ts'
import { listen } from '../../support/http/listener.ts'
import { startTeahouse } from '../../support/teahouse.ts'
import { until } from '../../support/until.ts'

/** Control characters, which text never holds, and what stands for them there. */
// oxlint-disable-next-line no-control-regex
const CONTROLS = /[\0-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g
const PICTURES = /[\u2400-\u2421\uFFFD]/g

function plain(line: string): string {
  expect(line).not.to.match(CONTROLS)
  return line.replaceAll(PICTURES, '.')
}

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
      fc.asyncProperty(
        fc.oneof(
          nasty,
          fc.string({ unit: fc.constantFrom('a', '茶', '"', ' ', '<', '\u2028'), minLength: 1, maxLength: 32 }),
        ),
        nasty,
        async (name, message) => {
          const answer = await sendJson(`${url}/chat`, { name, message })
          if (answer.status !== 201) {
            expect(answer.status).to.equal(400)
            expect(answer.json).to.have.all.keys('success', 'code', 'msg')
            return
          }
          said++
          expect(answer.json).to.have.all.keys('id', 'room', 'name', 'author', 'text', 'at', 'guest')
          const events = await json.until(said)
          expect(JSON.parse(events[said - 1]!.data)).to.deep.equal(answer.json)
          // Between the messages are the lines of who has joined and left.
          const spoken = () => text.events.find(({ id }) => id === answer.json.id)
          await until(() => spoken() !== undefined)
          const [first, ...later] = spoken()!.data.split('\n')
          const lines = answer.json.text.replaceAll(CONTROLS, '.').split(/\r\n|\r|\n/)
          expect(plain(first!)).to.equal(`${answer.json.name}说:${lines[0]}`)
          expect(later.map((line) => plain(line).replace(/^> /, ''))).to.deep.equal(
            lines.slice(1).map((line: string) => line.replace(/^> /, '')),
          )
          const taken = await sendJson(`${url}/addUser`, { name })
          if (taken.status === 200) {
            expect(taken.json).to.have.all.keys('success', 'name', 'token')
            await send(`${url}/me`, { method: 'DELETE', headers: { Authorization: `Bearer ${taken.json.token}` } })
          }
        },
      ),
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
