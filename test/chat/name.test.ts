import { expect } from 'chai'
import { parseName } from '../../src/chat/names/name.ts'

const folded = (raw: string) => parseName(raw)?.folded

describe('parseName', () => {
  it('trims, and keeps the name as written', () => {
    expect(parseName('  Bob Lee ')?.text).to.equal('Bob Lee')
    expect(parseName('👩‍👩‍👧')?.text).to.equal('👩‍👩‍👧')
  })

  it('takes 1 to 32 characters', () => {
    expect(parseName('茶'.repeat(32))).not.to.equal(undefined)
    expect(parseName('🍵'.repeat(32))).not.to.equal(undefined)
    expect(parseName('🍵'.repeat(33))).to.equal(undefined)
  })

  it('does not look at what is far too long', () => {
    // Normalising these would block the server for seconds.
    expect(parseName('\u0301'.repeat(120_000))).to.equal(undefined)
    expect(parseName(' '.repeat(129))).to.equal(undefined)
  })

  it('takes the names of all over the world', () => {
    const names = [
      '张伟',
      '𠮷野',
      '㐂',
      '佐々木 希',
      'たなか',
      'ジョン・スミス',
      '김철수',
      'Zoë',
      'Łukasz',
      'Đặng Thị Hà',
    ]
    names.push('Нина', 'Ґалаґан', 'Ελένη', 'مريم', 'می‌خواهم', 'שרה', 'हिंदी', 'नमस्ते', 'दुःख', 'சிவா', 'กมล', 'አበበ')
    names.push('Բարև', 'გიორგი', 'bob 🍵', '👩‍👩‍👧', '🏳️‍🌈', '❤️', '1️⃣', 'Tom 李', 'Kim 김', 'Ann नेहा', '42', '٤٢')
    names.push("O'Neil", 'O’Neil', 'ann-marie', 'a.b_c@d', 'O\'Neil "x" <b>', 'Ｂｏｂ', '①', 'Bob\u3000Lee')
    for (const name of names) expect(parseName(name), name).not.to.equal(undefined)
  })

  it('refuses what nobody could see or what would break a line', () => {
    const refused = ['', '   ', '\u3000', 'a\nb', 'a\rb', 'a\tb', 'a\u0000', 'a\u2028b', 'a\u2029b', '\uD800']
    refused.push('\u200B\u200D', '\u0301', '\u2800', 'bob\u2800', '\u3164', '\u115F', '\uFFA0', '\u1680', '\u{E0041}')
    for (const name of refused) expect(parseName(name), JSON.stringify(name)).to.equal(undefined)
  })

  it('refuses what turns the direction of the text after it', () => {
    for (const control of '\u202A\u202B\u202D\u202E\u2066\u2067\u2068\u2069\u200E\u200F\u061C')
      expect(parseName(`bob${control}`), control.codePointAt(0)!.toString(16)).to.equal(undefined)
  })

  it('refuses scripts that do not go together', () => {
    for (const name of ['аlice', 'Аnn', 'bob Нина', 'Ελένη x', 'Ꭺlice', 'Нина Ελένη', 'たなか김', 'नमस्तेกมล', '茶Нина'])
      expect(parseName(name), name).to.equal(undefined)
  })

  it('refuses characters of private use, unassigned ones, and those that no language of today needs', () => {
    for (const name of ['\uE000', 'a\uF8FF', '\u{F0000}', '\u0378', '\uFFFF', '\u{10FFFF}', 'ʙob', 'ɢoogle', 'ᚠᚢ', '★'])
      expect(parseName(name), name).to.equal(undefined)
  })

  it('refuses what the text format puts after a name', () => {
    for (const name of ['a:b', 'a：b', 'a﹕b', 'a(b', 'a)b', 'a（b', '⑴'])
      expect(parseName(name), name).to.equal(undefined)
  })

  it('takes names that differ in case, width, white space or invisible characters as the same', () => {
    for (const [one, other] of [
      ['Bob', 'bOB'],
      ['Bob', 'Ｂｏｂ'],
      ['Bob Lee', 'bob \u00A0 lee'],
      ['Straße', 'STRASSE'],
      ['ΣΊΣΥΦΟΣ', 'σίσυφος'],
      ['café', 'cafe\u0301'],
      ['Bob', 'B\u200Bo\u2060b\u00AD'],
      ['Bob', 'Bob\uFE0F'],
      ['Bob', 'B\u034Fob'],
      ['①', '1'],
    ] as const)
      expect(folded(one), `${one} and ${other}`).to.equal(folded(other))
    expect(folded('Bob')).not.to.equal(folded('Rob'))
  })

  it('takes names that look alike as the same', () => {
    for (const [one, other] of [
      ['René', 'Rene\u034F\u0301'],
      ['René', 'Rene\u200D\u0301'],
      ['René', 'Rene\u3164\u0301'],
      ['ᾴδης', 'α\u0345\u034F\u0301δης'],
      ['ellen', 'eIIen'],
      ['ellen', 'e11en'],
      ['bill', 'BiII'],
      ['mike', 'rnike'],
      ['Oleg', '0leg'],
      ["O'Neil", 'O’Neil'],
      ['сосо', 'coco'],
      ['王土', '王士'],
      ['김', '\u1100\u1175\u11B7'],
    ] as const)
      expect(folded(one), `${one} and ${other}`).to.equal(folded(other)).and.not.equal(undefined)
  })
})
