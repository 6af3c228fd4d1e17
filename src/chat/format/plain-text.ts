import { WORDINGS, type Wording } from './wording.ts'

/** The text in characters that command no terminal: Control Pictures for C0 and DEL, except TAB and line breaks; U+FFFD for C1. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, picture)
}

/** A name in such characters, on one line. */
export function printableName(name: string): string {
  return name.replaceAll(UNPRINTABLE_OR_BREAK, picture)
}

/** The text with `> ` before each line, from line `first` on, that reads like a line of another speaker or of the server. */
export function quoteForgeries(text: string, first: number): string {
  const lines = text.split(/\r\n|\r|\n/)
  return lines.map((line, index) => (index >= first && FORGED.test(line) ? `> ${line}` : line)).join('\n')
}

// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\0-\u0008\u000B\u000C\u000E-\u001F\u007F-\u009F]/g
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE_OR_BREAK = /[\0-\u001F\u007F-\u009F]/g

function picture(character: string): string {
  const code = character.charCodeAt(0)
  if (code < 0x20) return String.fromCharCode(0x2400 + code)
  return code === 0x7f ? '\u2421' : '\uFFFD'
}

const NAME = '\uE000'
const TEXT = '\uE001'
/** A name has at most 32 characters; after it a speaker's line may say to whom it replies, or that a hook wrote it. */
const NAME_PATTERN = String.raw`\S(?:.{0,30}?\S)?(?: \((?:re .{1,32}|hook)\))?`

/** How a line of the server or of a speaker begins, in any language; what cannot be seen may stand before it. */
const FORGED = new RegExp(
  String.raw`^[\s\p{Default_Ignorable_Code_Point}]*(?:${Object.values(WORDINGS).flatMap(patterns).join('|')})`,
  'u',
)

function patterns(wording: Wording): string[] {
  const { connected, reset, said, edited, deleted, joined, left, renamed } = wording
  const whole = [connected, reset, deleted(NAME), joined(NAME), left(NAME), renamed(NAME, NAME)].map(
    (line) => `${line}$`,
  )
  return [...whole, said(NAME, TEXT), edited(NAME, TEXT)].map((line) =>
    line.replaceAll(NAME, NAME_PATTERN).replaceAll(TEXT, ''),
  )
}
