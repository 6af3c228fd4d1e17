import { foldName } from './fold.ts'
import { isPresentable } from './profile.ts'

/** A name that a person goes by, and the key by which two names are compared. */
export interface Name {
  readonly text: string
  readonly folded: string
}

const MOST_CHARACTERS = 32

/** Code units, with white space around the name. Nothing longer is normalised, which takes quadratic time at the worst. */
const MOST_RAW_LENGTH = 128

// Control characters, line and paragraph separators, lone surrogates, and what turns the direction of the text after it.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u

/** Trims a new name and checks it; undefined unless it has 1 to 32 characters, all presentable (`profile.ts`). */
export function parseName(raw: string): Name | undefined {
  if (raw.length > MOST_RAW_LENGTH) return undefined
  const text = raw.trim()
  if (FORBIDDEN.test(text) || [...text].length > MOST_CHARACTERS || !isPresentable(text)) return undefined
  return { text, folded: foldName(text) }
}

/** Whether a text stands for a name, which may be one that could not be taken any more. */
export function isSameName(raw: string, { text, folded }: Name): boolean {
  return raw.length <= MOST_RAW_LENGTH && (raw === text || foldName(raw) === folded)
}
