import type { LogEntry } from './checks/export.ts'

/** What a Chinese reader of the text format must be told of an entry. */
export function wordsOf({ event, name, text }: LogEntry): string {
  switch (event) {
    case 'message':
      return name === null ? oneBreak(text) : `${name}说:${oneBreak(text)}`
    case 'edited':
      return `${name}改为:${oneBreak(text)}`
    default:
      return `${name}删除了一条消息`
  }
}

/** Whatever kind of line break was written, a stream has but one. */
function oneBreak(text = ''): string {
  return text.replaceAll(/\r\n|\r/g, '\n')
}
