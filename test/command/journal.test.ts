import { expect } from 'chai'
import fc from 'fast-check'
import { openJournal } from '../../src/journal.ts'

const HOSTILE = 'a\nb\r\u001B[2J\u009B2J\u2028\u202E\uD800\u{E0001}'

function write(isTTY: boolean, log: (journal: ReturnType<typeof openJournal>) => void): string {
  const lines: string[] = []
  log(openJournal({ isTTY, write: (text) => lines.push(text) }))
  return lines.join('')
}

describe('the log', () => {
  it('is a line of JSON for each thing', () => {
    const line = write(false, (journal) => journal.warn({ refused: { too_fast: 3 } }, 'refused'))
    const { time, ...rest } = JSON.parse(line)
    expect(rest).to.deep.equal({ level: 'warn', refused: { too_fast: 3 }, msg: 'refused' })
    expect(new Date(time).getTime()).to.be.closeTo(Date.now(), 60_000)
    expect(line.match(/\n/g)).to.have.length(1)
  })

  it('says where something went wrong', () => {
    const { error } = JSON.parse(write(false, (journal) => journal.error({ error: new Error('broken') }, 'oh')))
    expect(error).to.include({ type: 'Error', message: 'broken' })
    expect(error.stack).to.include('journal.test.ts')
  })

  it('is to be read where a person does', () => {
    const line = write(true, (journal) => journal.info({ path: '/chat', status: 200 }, 'request'))
    // oxlint-disable-next-line no-control-regex
    expect(line.replaceAll(/\u001B\[\d+m/g, '')).to.match(
      /^\d\d:\d\d:\d\d info {2}request {2}path="\/chat" {2}status=200\n$/,
    )
    const trace = write(true, (journal) => journal.error({ error: new Error(HOSTILE) }, 'oh'))
    expect(trace).to.include('journal.test.ts').and.not.include('\u001B[2J')
  })

  it('lets nothing in it forge a line or command a terminal', () => {
    const isClean = (text: string): boolean => !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text)
    expect(JSON.parse(write(false, (journal) => journal.info({ path: HOSTILE }, 'request'))).path).to.equal(HOSTILE)
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const line = write(false, (journal) => journal.info({ path: text }, text))
        return isClean(line.slice(0, -1)) && JSON.parse(line).path === text.toWellFormed()
      }),
    )
  })
})
