import { pino, stdSerializers, stdTimeFunctions, type Logger } from 'pino'
import { styleText } from 'node:util'

/** Where lines go; whether a person reads them there. */
export interface Paper {
  write(text: string): unknown
  isTTY?: boolean | undefined
}

const COLOURS = { info: 'green', warn: 'yellow', error: 'red' } as const

/** Control and format characters, line separators and halves of characters: what ends lines and commands terminals. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * The log: a line for each thing that happened, of JSON, or to be read where a person does. Whatever is in it of a
 * user's forges no line and commands no terminal.
 */
export function openJournal(paper: Paper): Logger {
  const format = paper.isTTY ? pretty : printable
  return pino(
    {
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: stdSerializers.err },
    },
    // At once, not from a worker: the last line before an end is the one that is wanted.
    { write: (line) => void paper.write(`${format(line.trimEnd())}\n`) },
  )
}

/** The text on one line: whatever is in it of a user's forges no line and commands no terminal. */
export function printable(line: string): string {
  return line.replaceAll(UNPRINTABLE, (text) =>
    Array.from({ length: text.length }, (_, i) => `\\u${text.charCodeAt(i).toString(16).padStart(4, '0')}`).join(''),
  )
}

function pretty(line: string): string {
  const { level, time, msg = '', error, ...rest } = JSON.parse(line) as Record<string, unknown>
  const stack = (error as { stack?: string } | undefined)?.stack
  const details = Object.entries(rest).map(([name, value]) => `${name}=${JSON.stringify(value)}`)
  const colour = COLOURS[level as keyof typeof COLOURS] ?? 'white'
  const head = `${styleText('dim', String(time).slice(11, 19))} ${styleText(colour, String(level))}`
  const text = [String(msg), ...details].join('  ')
  const trace = stack === undefined ? [] : stack.split('\n').map((frame) => `\n    ${printable(frame.trim())}`)
  return `${head}  ${printable(text)}${trace.join('')}`
}
