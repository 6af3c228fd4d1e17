/** A name that a person goes by, and the form by which two names are compared. */
export interface Name {
  readonly text: string
  readonly folded: string
}

const MOST_CHARACTERS = 32

// Control characters, line and paragraph separators, lone surrogates, and what turns the direction of the text after it.
const FORBIDDEN = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Bidi_Control}]/u

/** Trims a name and checks it; undefined unless it has 1 to 32 visible characters and none that is forbidden. */
export function parseName(raw: string): Name | undefined {
  const text = raw.trim()
  const folded = fold(text)
  if (FORBIDDEN.test(text) || [...text].length > MOST_CHARACTERS) return undefined
  return /[^\p{M}\s]/u.test(folded) ? { text, folded } : undefined
}

/**
 * Two names are the same when this is equal: NFKC, case-folded, white space collapsed, and without the characters that
 * nobody sees (Unicode's Default_Ignorable_Code_Point), of which look-alikes are made.
 */
function fold(name: string): string {
  // Upper case first: 'ß' and 'ſ' have lower-case forms of their own, but share one upper-case form with 'ss' and 's'.
  const folded = name.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC')
  return folded
    .replaceAll(/\p{Default_Ignorable_Code_Point}/gu, '')
    .replaceAll(/\s+/gu, ' ')
    .trim()
}
