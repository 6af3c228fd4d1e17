import { LOOK_ALIKES } from './unicode-table.ts'

const ASCII = /^[\0-\x7f]*$/
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

let looks: ReadonlyMap<string, string> | undefined

/**
 * The key of a name: two names count as the same when their keys are equal. Removes invisible characters, normalises
 * compatible forms, case and white space, and replaces each character by its look-alike (the skeleton of UTS #39,
 * section 4); `I`, `i`, `l` and `1` become the same. The caller must check the length first: this takes quadratic time
 * at worst.
 */
export function foldName(name: string): string {
  looks ??= readLooks(LOOK_ALIKES)
  return foldBy(looks, name)
}

/** The same with another table of look-alikes, from a character to its replacement. */
export function foldBy(lookAlikes: ReadonlyMap<string, string>, name: string): string {
  // Repeat until nothing changes: a replacement can be an upper-case letter or an invisible filler, which folds
  // further.
  for (let before = name; ;) {
    const after = foldOnce(lookAlikes, before)
    if (after === before) return after
    before = after
  }
}

/** Without invisible characters, decomposed (NFKD) and in lower case. */
export function evenOut(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  // Remove invisible characters first: between a letter and its accent they would prevent normalisation. Upper case
  // before lower case: 'ß' and 'ſ' are lower case already, but have the same upper-case form as 'ss' and 's'.
  const lower = text.replaceAll(INVISIBLE, '').normalize('NFKD').toUpperCase().toLowerCase()
  // The lower case of 'Σ' depends on what follows it.
  return lower.replaceAll('ς', 'σ')
}

function foldOnce(lookAlikes: ReadonlyMap<string, string>, text: string): string {
  let skeleton = ''
  for (const character of evenOut(text)) skeleton += lookAlikes.get(character) ?? character
  return skeleton.replaceAll(/\s+/g, ' ').trim()
}

/** Parses the table: `look:source` begins a group, in hexadecimal code points; the words after it are more sources. */
function readLooks(table: string): Map<string, string> {
  const read = new Map<string, string>()
  let look = ''
  for (const word of table.trim().split(/\s/)) {
    const colon = word.indexOf(':')
    if (colon > 0) look = String.fromCodePoint(...word.slice(0, colon).split('+').map(toCode))
    read.set(String.fromCodePoint(toCode(word.slice(colon + 1))), look)
  }
  return read
}

function toCode(hex: string): number {
  return Number.parseInt(hex, 16)
}
