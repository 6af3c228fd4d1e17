import { Refusal } from '../refusal.ts'

const MOST_CHARACTERS = 8000

/**
 * The text of a message as it is kept: trimmed, else as written; only lone surrogates, which no UTF-8 can hold, become
 * U+FFFD. Throws the Refusals for an empty and a long one.
 */
export function parseText(raw: string): string {
  const text = raw.trim().toWellFormed()
  if (text === '') throw new Refusal('empty_message')
  // A character of two code units counts as one, so the cheap length decides only when it is small.
  if (text.length > MOST_CHARACTERS && [...text].length > MOST_CHARACTERS) throw new Refusal('text_too_long')
  return text
}
