import type { LogEntry } from '../checks/export.ts'

/** What a Chinese reader of the text format must be told of an entry. */
export function wordsOf({ event, name, text }: LogEntry): string {
  switch (event) {
    case 'message':
      return name === null ? marked(text, 0) : `${name}说:${marked(text, 1)}`
    case 'edited':
      return `${name}改为:${marked(text, 1)}`
    default:
      return `${name}删除了一条消息`
  }
}

/** A line that reads like a speaker's: no more characters than a name has, a colon and a space. */
const SPEAKER = /^\s*\S(?:.{0,30}\S)?: /u

/** Whatever kind of line break was written, a stream has but one; and lines that read like a speaker's are marked. */
function marked(text = '', first: number): string {
  const lines = text.split(/\r\n|\r|\n/)
  return lines.map((line, index) => (index >= first && SPEAKER.test(line) ? `> ${line}` : line)).join('\n')
}
