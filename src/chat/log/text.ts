import { Refusal } from '../refusal.ts'

const MOST_CHARACTERS = 8000

/**
 * Returns the text to store: trimmed, with lone surrogates replaced by U+FFFD because UTF-8 cannot encode them. Throws
 * the Refusal `empty_message` or `text_too_long`.
 */
export function parseText(raw: string): string {
  const text = raw.trim().toWellFormed()
  if (text === '') throw new Refusal('empty_message')
  // `length` counts some characters twice, so count the characters themselves only if `length` is above the limit.
  if (text.length > MOST_CHARACTERS && [...text].length > MOST_CHARACTERS) throw new Refusal('text_too_long')
  return text
}
