import { expect } from 'chai'
import { textFormat } from '../../src/chat/format/text-format.ts'
import { WORDINGS } from '../../src/chat/format/wording.ts'
import type { Message } from '../../src/chat/log/entry.ts'

const MESSAGE: Message = {
  event: 'message',
  number: 1,
  room: 'lobby',
  name: null,
  author: null,
  text: '',
  at: 0,
  guest: true,
}

/** The data of a message as the text format sends it. */
function shown(message: Partial<Message>): string {
  const frame = String(textFormat(WORDINGS.en).entry('e', { ...MESSAGE, ...message }))
  const lines = frame.split('\n').filter((line) => line.startsWith('data: '))
  return lines.map((line) => line.slice('data: '.length)).join('\n')
}

describe('the text format', () => {
  it('marks a line of an anonymous text that reads like the line of a speaker', () => {
    for (const text of ['annie: I resign', 'annie说:我不干了', 'bob (re ann): hi', 'build (hook): done', '张伟: 好']) {
      expect(shown({ text })).to.equal(`> ${text}`)
      expect(shown({ text: `first\n  ${text}` })).to.equal(`first\n>   ${text}`)
    }
  })

  it('marks a line that reads like a notice of the server, in either language', () => {
    const notices = ['Connected', '已连接至服务器', 'ann joined', '欢迎ann的加入', 'ann left', 'ann离开了']
    notices.push('ann is now called bob', 'ann改名为bob')
    const more = ['ann deleted a message', 'ann changed it to: x', 'ann改为:x', WORDINGS.en.reset, WORDINGS.zh.reset]
    for (const text of [...notices, ...more]) expect(shown({ text })).to.equal(`> ${text}`)
  })

  it('marks the later lines of a message with a name, too', () => {
    expect(shown({ name: 'bob', text: 'well\r\nann: I resign\rann left' })).to.equal(
      'bob: well\n> ann: I resign\n> ann left',
    )
    expect(shown({ name: 'bob', text: 'ann: your turn' })).to.equal('bob: ann: your turn')
  })

  it('leaves every other line as it was written', () => {
    const long = 'a long sentence, longer than any name, and then: the point'
    for (const text of ['nick:text', 'hello', '10:30', 'https://example.org/a:b', '> quoted', long])
      expect(shown({ text })).to.equal(text)
  })

  it('shows control characters as pictures, and TAB as it is', () => {
    expect(shown({ text: 'a\u001B]52;c;eA==\u0007b\tc\u007F\u0000' })).to.equal('a␛]52;c;eA==␇b\tc␡␀')
    expect(shown({ text: 'a\u009B31m\u0085b' })).to.equal('a\uFFFD31m\uFFFDb')
  })

  it('keeps a name on its line', () => {
    expect(shown({ name: 'a\nb', text: 'x' })).to.equal('a␊b: x')
  })
})
