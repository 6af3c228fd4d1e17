import type { Format } from './format.ts'
import { jsonFormat } from './json-format.ts'
import type { Language } from './language.ts'
import { textFormat } from './text-format.ts'
import { WORDINGS } from './wording.ts'

/** Every format in which a room can be listened to; each is one channel of the room. */
export interface Formats {
  json: Format
  text: Record<Language, Format>
}

/** The formats of the logs named by `epoch`. */
export function makeFormats(epoch: string): Formats {
  return {
    json: jsonFormat(epoch),
    text: { zh: textFormat(epoch, WORDINGS.zh), en: textFormat(epoch, WORDINGS.en) },
  }
}
