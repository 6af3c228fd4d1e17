import type { Format } from './format.ts'
import { JSON_FORMAT } from './json-format.ts'
import type { Language } from './language.ts'
import { textFormat } from './text-format.ts'
import { WORDINGS } from './wording.ts'

/** The formats of a room's streams. A room has one channel for each format in use. */
export interface Formats {
  json: Format
  text: Record<Language, Format>
}

export const FORMATS: Formats = {
  json: JSON_FORMAT,
  text: { zh: textFormat(WORDINGS.zh), en: textFormat(WORDINGS.en) },
}
