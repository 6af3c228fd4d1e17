import { mixesScripts } from './scripts.ts'
import { ALLOWED } from './unicode-table.ts'

const ASCII = /^[\x20-\x7e]*$/
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

/**
 * One of: ASCII, an emoji or a part of one, a character of UTS #39's general profile, any Han character (names use the
 * rare ones, which the profile leaves out), a Hangul syllable.
 */
let profile: RegExp | undefined

/** Whether a new name may be made of this: only such characters, in scripts that go together, and something visible. */
export function isPresentable(name: string): boolean {
  const seen = visibleForm(name)
  // The text format writes `NAME: text` and `NAME (re NAME): text`.
  if (/[:()]/.test(seen) || !hasVisible(seen)) return false
  return ASCII.test(seen) || (isInProfile(seen) && !mixesScripts(seen))
}

/** In NFKC and without the characters that nobody sees. */
export function visibleForm(text: string): string {
  if (ASCII.test(text)) return text
  // Before, as one can stand between a letter and its accent; after, as a filler has a compatible form that is one.
  return text.replaceAll(INVISIBLE, '').normalize('NFKC').replaceAll(INVISIBLE, '')
}

/** Whether there is more than white space and marks. */
export function hasVisible(text: string): boolean {
  return /[^\p{M}\s]/u.test(text)
}

function isInProfile(text: string): boolean {
  profile ??= new RegExp(
    String.raw`^[\x20-\x7e\p{Emoji}\p{Emoji_Component}\p{Unified_Ideograph}가-힣${allowed()}]*$`,
    'u',
  )
  // What this version of Node does not know yet it cannot fold.
  return profile.test(text) && !/\p{Cn}/u.test(text)
}

function allowed(): string {
  return ALLOWED.replaceAll(/[\da-f]+/g, String.raw`\u{$&}`).replaceAll(/\s/g, '')
}
