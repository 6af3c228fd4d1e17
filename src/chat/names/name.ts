import { foldName } from './fold.ts'
import { isPresentable } from './profile.ts'

/** A name as it is shown (`text`), and its key (`folded`), by which names are compared. */
export interface Name {
  readonly text: string
  readonly folded: string
}

const MOST_CHARACTERS = 32

/**
 * UTF-16 code units, with surrounding white space. Checked first, because normalisation takes quadratic time at worst.
 */
const MOST_RAW_LENGTH = 128

// Control characters, line and paragraph separators, lone surrogates, and characters that change the text direction.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u

/** Trims and checks a new name. Undefined unless it has 1 to 32 characters that `isPresentable` allows. */
export function parseName(raw: string): Name | undefined {
  if (raw.length > MOST_RAW_LENGTH) return undefined
  const text = raw.trim()
  if (FORBIDDEN.test(text) || [...text].length > MOST_CHARACTERS || !isPresentable(text)) return undefined
  return { text, folded: foldName(text) }
}

/** Whether `raw` is a spelling of the name. Accepts names from before today's rules, which `parseName` would refuse. */
export function isSameName(raw: string, { text, folded }: Name): boolean {
  return raw.length <= MOST_RAW_LENGTH && (raw === text || foldName(raw) === folded)
}
