import { LOOK_ALIKES } from './unicode-table.ts'

const ASCII = /^[\0-\x7f]*$/
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

let looks: ReadonlyMap<string, string> | undefined

/**
 * The key of a name: two names are the same when their keys are equal. Invisible characters are removed, compatible
 * forms, case and white space are evened out, and each character becomes what it looks like (the skeleton of UTS #39,
 * section 4), with `I`, `i`, `l` and `1` as one. Takes quadratic time at the worst: check the length first.
 */
export function foldName(name: string): string {
  looks ??= readLooks(LOOK_ALIKES)
  return foldBy(looks, name)
}

/** The same by another table of look-alikes. */
export function foldBy(lookAlikes: ReadonlyMap<string, string>, name: string): string {
  // What one round leaves can have something to fold again: a look-alike in upper case, or a filler for a letter.
  for (let before = name; ;) {
    const after = foldOnce(lookAlikes, before)
    if (after === before) return after
    before = after
  }
}

/** Without invisible characters, decomposed (NFKD) and in lower case. */
export function evenOut(text: string): string {
  if (ASCII.test(text)) return text.toLowerCase()
  // Invisible characters first, as one between a letter and its accent keeps the two apart. Upper case before lower case:
  // 'ß' and 'ſ' have lower-case forms of their own, but share one upper-case form with 'ss' and 's'.
  const lower = text.replaceAll(INVISIBLE, '').normalize('NFKD').toUpperCase().toLowerCase()
  // The lower case of 'Σ' depends on what follows it.
  return lower.replaceAll('ς', 'σ')
}

function foldOnce(lookAlikes: ReadonlyMap<string, string>, text: string): string {
  let skeleton = ''
  for (const character of evenOut(text)) skeleton += lookAlikes.get(character) ?? character
  return skeleton.replaceAll(/\s+/g, ' ').trim()
}

/** Reads words of code points: `look:source` begins a group, and the words after it are more sources of that look. */
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
