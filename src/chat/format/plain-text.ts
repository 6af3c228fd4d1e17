import { WORDINGS, type Wording } from './wording.ts'

/**
 * Replaces characters that could control a terminal: C0 and DEL by Control Pictures (except TAB and line breaks), C1 by
 * U+FFFD.
 */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, picture)
}

/** The same for a name; also replaces TAB and line breaks. */
export function printableName(name: string): string {
  return name.replaceAll(UNPRINTABLE_OR_BREAK, picture)
}

/** Puts `> ` before each line, from line `first` on, that looks like a line of another speaker or of the server. */
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
/** A name of at most 32 characters, and optionally ` (re NAME)` or ` (hook)`. */
const NAME_PATTERN = String.raw`\S(?:.{0,30}?\S)?(?: \((?:re .{1,32}|hook)\))?`

/**
 * Matches the beginning of a line of the server or of a speaker, in any language, after optional invisible characters.
 */
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
