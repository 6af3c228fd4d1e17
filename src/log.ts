import { inspect } from 'node:util'

/** Control and format characters, line separators and halves of characters: what ends lines and commands terminals. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/** The text on one line: whatever is in it of a user's forges no line of the log and commands no terminal. */
export function printable(text: string): string {
  return text.replaceAll(UNPRINTABLE, (character) =>
    character === '\n' ? String.raw`\n` : String.raw`\u` + `{${character.codePointAt(0)!.toString(16)}}`,
  )
}

/** Writes what went wrong, and where, on one line. */
export function logError(error: unknown): void {
  console.error(`teahouse: ${printable(inspect(error, { depth: 3, maxStringLength: 2000 }))}`)
}
