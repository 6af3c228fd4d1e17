import { mixesScripts } from './scripts.ts'
import { ALLOWED } from './unicode-table.ts'

const ASCII = /^[\x20-\x7e]*$/
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/gu

/**
 * Matches texts of these characters: ASCII, emoji and their parts, UTS #39's general profile, Hangul syllables, and all
 * Han characters, because people's names use rare ones that the profile lacks. Built on first use.
 */
let profile: RegExp | undefined

/** Whether a new name may be this text: allowed characters only, no mix of unrelated scripts, and something visible. */
export function isPresentable(name: string): boolean {
  const seen = visibleForm(name)
  // Names must not contain `:`, `(` or `)`: the text format writes `NAME: text` and `NAME (re NAME): text`.
  if (/[:()]/.test(seen) || !hasVisible(seen)) return false
  return ASCII.test(seen) || (isInProfile(seen) && !mixesScripts(seen))
}

/** The text in NFKC, without invisible characters. */
export function visibleForm(text: string): string {
  if (ASCII.test(text)) return text
  // Remove them before, since one between a letter and its accent prevents composition, and after, since NFKC turns
  // some fillers into invisible characters.
  return text.replaceAll(INVISIBLE, '').normalize('NFKC').replaceAll(INVISIBLE, '')
}

/** Whether the text has anything other than white space and combining marks. */
export function hasVisible(text: string): boolean {
  return /[^\p{M}\s]/u.test(text)
}

function isInProfile(text: string): boolean {
  profile ??= new RegExp(
    String.raw`^[\x20-\x7e\p{Emoji}\p{Emoji_Component}\p{Unified_Ideograph}가-힣${allowed()}]*$`,
    'u',
  )
  // Refuse characters that this version of Node does not know, because it cannot fold them.
  return profile.test(text) && !/\p{Cn}/u.test(text)
}

function allowed(): string {
  return ALLOWED.replaceAll(/[\da-f]+/g, String.raw`\u{$&}`).replaceAll(/\s/g, '')
}
