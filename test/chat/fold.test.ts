import { expect } from 'chai'
import fc from 'fast-check'
import { foldName } from '../../src/chat/names/fold.ts'
import { LOOK_ALIKES } from '../../src/chat/names/unicode-table.ts'

const INVISIBLE = [
  '\u00AD',
  '\u034F',
  '\u115F',
  '\u1160',
  '\u180B',
  '\u200B',
  '\u200D',
  '\u2060',
  '\u3164',
  '\uFE0F',
  '\uFFA0',
]
const LETTERS = 'aeiıIlL1mO0ßſςΣσİéñάΐᾴϴКкйёіÅÅ각ガがｶﾞﬁ①ﷺदि\u0301\u0323\u0345\u0307\u0315 '

/** Names of all sorts, and of characters that are difficult. */
const names = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 32 }),
  fc.string({ unit: 'grapheme', maxLength: 32 }),
  fc.string({ unit: fc.constantFrom(...LETTERS, ...INVISIBLE), maxLength: 16 }),
  fc.string({ unit: fc.constantFrom(...lookAlikes()), maxLength: 16 }),
)

describe('foldName', () => {
  const holds = (same: (name: string) => string) =>
    fc.assert(
      fc.property(names, (name) => void expect(foldName(same(name))).to.equal(foldName(name))),
      { numRuns: 500 },
    )

  it('folds what is folded to itself', () => holds(foldName))

  for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD'])
    it(`folds the ${form} of a name to the same`, () => holds((name) => name.normalize(form)))

  it('folds a name in upper and in lower case to the same', () => {
    holds((name) => {
      // In upper case it becomes a letter, to which the accents after it belong.
      fc.pre(!name.normalize('NFKD').includes('\u0345'))
      return name.toUpperCase()
    })
    holds((name) => name.toLowerCase())
  })

  it('folds a name with invisible characters anywhere to the same', () => {
    const withInvisible = fc.tuple(names, fc.array(fc.tuple(fc.nat(), fc.constantFrom(...INVISIBLE)), { maxLength: 5 }))
    fc.assert(
      fc.property(withInvisible, ([name, insertions]) => {
        const characters = [...name]
        for (const [at, invisible] of insertions) characters.splice(at % (characters.length + 1), 0, invisible)
        expect(foldName(characters.join(''))).to.equal(foldName(name))
      }),
      { numRuns: 500 },
    )
  })

  it('folds to the same what was the same name under 0.1.0', () => {
    holds((name) => {
      // With more than one accent it had a letter of its own then.
      fc.pre(!name.normalize('NFKD').includes('\u0345'))
      const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
      return folded
        .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
        .replaceAll(/\s+/gu, ' ')
        .trim()
    })
  })

  it('folds each look-alike and what it looks like to the same, for good', () => {
    for (const source of lookAlikes()) expect(foldName(foldName(source)), source).to.equal(foldName(source))
    for (const [source, look] of [
      ['1', 'l'],
      ['0', 'O'],
      ['а', 'a'],
      ['ӏ', 'l'],
      ['ա', 'w'],
      ['工', 'エ'],
      ['ο', 'o'],
    ] as const)
      expect(foldName(source), source).to.equal(foldName(look))
  })
})

/** All the sources of the table. */
function lookAlikes(): string[] {
  const sources = LOOK_ALIKES.trim()
    .split(/\s/)
    .map((word) => word.replace(/^.*:/, ''))
  return sources.map((hex) => String.fromCodePoint(Number.parseInt(hex, 16)))
}
