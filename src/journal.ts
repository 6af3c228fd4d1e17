import { pino, stdSerializers, stdTimeFunctions, type Logger } from 'pino'
import { styleText } from 'node:util'

/** Where the log is written. On a terminal (`isTTY`) its lines are formatted for people, elsewhere as JSON. */
export interface LogOutput {
  write(text: string): unknown
  isTTY?: boolean | undefined
}

const COLOURS = { info: 'green', warn: 'yellow', error: 'red' } as const

/** Characters that could end a line or control a terminal: control, format, line separators, lone surrogates. */
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/gu

/**
 * Opens the log, which writes one line for each event. It escapes control characters, so a user's text can neither
 * forge a log line nor control the operator's terminal.
 */
export function openJournal(output: LogOutput): Logger {
  const format = output.isTTY ? pretty : printable
  return pino(
    {
      base: undefined,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (level) => ({ level }) },
      serializers: { error: stdSerializers.err },
    },
    // Write synchronously, not in a worker thread, so that the last line before an exit is not lost.
    { write: (line) => void output.write(`${format(line.trimEnd())}\n`) },
  )
}

/** The text on one line, with control characters escaped as `\uXXXX`. */
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
