// Writes src/chat/names/unicode-table.ts from two files of https://www.unicode.org/Public/security/latest/:
//   npx tsx test/chat/write-unicode-table.ts DIRECTORY
// DIRECTORY has confusables.txt and IdentifierStatus.txt. A new table changes the keys of names, so it needs a migration
// in both stores.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { evenOut, foldBy } from '../../src/chat/names/fold.ts'

const TABLE = 'src/chat/names/unicode-table.ts'
const WIDTH = 116
const [directory = '/usr/share/unicode/security'] = process.argv.slice(2)
const confusables = readFileSync(join(directory, 'confusables.txt'), 'utf8')
const statuses = readFileSync(join(directory, 'IdentifierStatus.txt'), 'utf8')
const version = /^# Version: ([\d.]+)/m.exec(confusables)![1]!
if (/^# Version: ([\d.]+)/m.exec(statuses)![1] !== version) throw new Error('the files are of two versions')

const allowed = readAllowed()
const text = `/**
 * Unicode ${version}, by test/chat/write-unicode-table.ts. Copyright © 1991–present Unicode, Inc.; the terms of its licence stand in
 * docs/unicode-license.md. All is in hexadecimal.
 */

/** Identifier_Status=Allowed (UTS #39, section 3.1), but for ASCII, Han and Hangul, which \`profile.ts\` adds. */
export const ALLOWED = \`
${wrap(ranges(allowed).map((range) => [...new Set(range)].map(hex).join('-')))}
\`

/** What a folded name could contain and looks like something else (confusables.txt), by that: \`look:source source …\`. */
export const LOOK_ALIKES = \`
${wrap(groups())}
\`
`
writeFileSync(TABLE, text)

function readAllowed(): number[] {
  const found: number[] = []
  for (const [, first, last = first] of statuses.matchAll(/^([\dA-F]+)(?:\.\.([\dA-F]+))?\s*;\s*Allowed/gm))
    for (let code = parse(first!); code <= parse(last!); code++) found.push(code)
  return found.filter((code) => code > 0x7e && !isAdded(code)).toSorted((a, b) => a - b)
}

function isAdded(code: number): boolean {
  return /[\p{Unified_Ideograph}가-힣]/u.test(String.fromCodePoint(code))
}

function ranges(codes: number[]): [number, number][] {
  const found: [number, number][] = []
  for (const code of codes) {
    const last = found.at(-1)
    if (last && last[1] === code - 1) last[1] = code
    else found.push([code, code])
  }
  return found
}

/** The sources that can be in a new name once it is evened out, by what they look like. */
function groups(): string[] {
  const all = new Map<string, string>()
  for (const [, source, look] of confusables.matchAll(/^([\dA-F]+)\s*;\s*([\dA-F ]+?)\s*;/gm))
    all.set(String.fromCodePoint(parse(source!)), String.fromCodePoint(...look!.split(' ').map(parse)))
  // So that `eIIen` is `ellen`, although case is evened out before `I` can be told from `i`.
  all.set('i', 'l')
  const possible = new Set(allowed.map((code) => evenOut(String.fromCodePoint(code))).join(''))
  const byLook = new Map<string, string[]>()
  for (const source of all.keys()) {
    if (evenOut(source) !== source) continue
    if (!possible.has(source) && !/[\x21-\x7e\p{Emoji}\p{Unified_Ideograph}\u1100-\u11ff]/u.test(source)) continue
    const look = foldBy(all, source)
    byLook.set(look, [...(byLook.get(look) ?? []), source])
  }
  return [...byLook].map(([look, sources]) => `${[...look].map(hexOf).join('+')}:${sources.map(hexOf).join(' ')}`)
}

function wrap(words: string[]): string {
  let text = ''
  let line = ''
  for (const word of words.join(' ').split(' ')) {
    if (line.length + word.length > WIDTH) {
      text += `${line.trimEnd()}\n`
      line = ''
    }
    line += `${word} `
  }
  return text + line.trimEnd()
}

function parse(code: string): number {
  return Number.parseInt(code, 16)
}

function hex(code: number): string {
  return code.toString(16)
}

function hexOf(character: string): string {
  return hex(character.codePointAt(0)!)
}
