import { toJson } from './json.ts'

/** The encoded bytes of one or more events or comments, ready for the wire. */
export type Frame = Buffer

/**
 * An event as defined by the standard. Clients dispatch no event without `data`, but still apply its `id` and `retry`.
 */
export interface ServerSentEvent {
  event?: string
  id?: string
  /** If a string, each of its lines becomes a `data` line; any other value is sent as JSON. */
  data?: unknown
  /** Milliseconds that a client waits before it reconnects. */
  retry?: number
}

/**
 * Encodes one event by the rules of the WHATWG HTML standard, 9.2.6 (Interpreting an event stream). The id comes last,
 * because some clients store it when they read its line, even if the connection breaks before the event is complete.
 * Clients receive every line break in `data` as `\n`, and lone surrogates as U+FFFD.
 * Throws TypeError for a line break or NUL in `event` or `id`, an `event` without `data` (clients would ignore it),
 * `data` that JSON cannot represent, or a `retry` that is not a whole number from 0 on.
 */
export function encode({ event, id, data, retry }: ServerSentEvent): Frame {
  if (event !== undefined && data === undefined) throw new TypeError(`the event ${JSON.stringify(event)} has no data`)
  let block = ''
  if (retry !== undefined) block += `retry: ${milliseconds(retry)}\n`
  if (event !== undefined) block += `event: ${singleLine(event)}\n`
  if (data !== undefined) block += lines('data: ', typeof data === 'string' ? data : toJson(data))
  if (id !== undefined) block += `id: ${singleLine(id)}\n`
  return Buffer.from(`${block}\n`)
}

/** Encodes a comment. Every client ignores it, but it keeps an idle connection open. */
export function comment(text: string): Frame {
  return Buffer.from(`${lines(': ', text)}\n`)
}

/** Splits at `\r\n`, `\n` and `\r`, because the standard ends a line at each of them. */
function lines(field: string, text: string): string {
  return `${field}${text.replaceAll(/\r\n|\r|\n/g, `\n${field}`)}\n`
}

// With a line break inside a field, an attacker could add fields of their own; a NUL makes clients ignore the id.
function singleLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new TypeError(`must fit on one line: ${JSON.stringify(value)}`)
  return value
}

function milliseconds(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`retry must be whole milliseconds, got ${value}`)
  return value
}
