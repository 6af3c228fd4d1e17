import type { Epochal, Format } from './format.ts'
import { jsonFormat } from './json-format.ts'
import type { Language } from './language.ts'
import { textFormat } from './text-format.ts'
import { WORDINGS } from './wording.ts'

/** Every format in which a room can be listened to; each is one channel of the room. */
export interface Formats {
  json: Format
  text: Record<Language, Format>
}

/** The formats of a log. */
export function makeFormats(log: Epochal): Formats {
  return {
    json: jsonFormat(log),
    text: { zh: textFormat(log, WORDINGS.zh), en: textFormat(log, WORDINGS.en) },
  }
}
