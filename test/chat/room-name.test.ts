import { expect } from 'chai'
import { isNewRoomName, parseRoomName } from '../../src/chat/room/room-name.ts'

describe('parseRoomName', () => {
  it('takes letters, digits, - and _ of any script, in one spelling', () => {
    for (const [raw, room] of [
      ['Kitchen', 'kitchen'],
      ['ＴＥＡ', 'tea'],
      ['茶馆_2', '茶馆_2'],
      ['नमस्ते', 'नमस्ते'],
      ['-', '-'],
      ['각'.repeat(64).normalize('NFD'), '각'.repeat(64)],
    ] as const)
      expect(parseRoomName(raw)).to.equal(room)
  })

  it('takes nothing else', () => {
    for (const raw of ['', 'a b', 'a/b', '..', 'a.b', 'a\u200Bb', '🍵', 'r'.repeat(65), '%41', "'", '\u0000'])
      expect(parseRoomName(raw), raw).to.equal(undefined)
  })

  it('does not look at what is far too long', () => {
    expect(parseRoomName('\u0301'.repeat(120_000))).to.equal(undefined)
    expect(parseRoomName(`a${'\u1160'.repeat(256)}`)).to.equal(undefined)
  })
})

describe('isNewRoomName', () => {
  it('takes a room in one script, or in scripts that go together', () => {
    for (const room of [
      'kitchen',
      'a-1_b',
      '茶馆_2',
      'react学习',
      'ひらがなカタカナ漢字',
      '김치',
      'кухня',
      'नमस्ते',
      'ᏣᎳᎩ',
    ])
      expect(isNewRoomName(room), room).to.equal(true)
  })

  it('refuses what mixes scripts, or has something that nobody sees', () => {
    for (const room of [
      'lоbby',
      'кухня2x',
      'kλ',
      'lobby\uFE0F',
      'lob\u034Fby',
      'lobby\u3164',
      '\u115F',
      '\u0301',
      'Ꭺlice',
    ])
      expect(isNewRoomName(room), room).to.equal(false)
  })
})
