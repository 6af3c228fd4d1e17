import { toJson } from './json.ts'

/** The encoded bytes of one or more events or comments, ready for the wire. */
export type Frame = Buffer

/** An event as the standard knows it. A block without `data` dispatches nothing, but still sets `id` and `retry`. */
export interface ServerSentEvent {
  event?: string
  id?: string
  /** A text, each line of which becomes a `data` line; anything else is sent as JSON. */
  data?: unknown
  /** Milliseconds that a client waits before it reconnects. */
  retry?: number
}

/**
 * Encodes one event by the rules of the WHATWG HTML standard, 9.2.6 (Interpreting an event stream). The id comes last:
 * some clients go on from it as soon as they have read that line, also when the rest of the event is cut off.
 * Line breaks in `data` arrive as `\n`; lone surrogates as U+FFFD, as in any UTF-8.
 * Throws TypeError for what cannot be encoded: a line break or NUL in `event` or `id`, an `event` without `data`
 * (no client would ever see it), `data` that is no JSON, a `retry` that is no whole number.
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

/** Encodes a comment, which every client ignores: what keeps a quiet connection open. */
export function comment(text: string): Frame {
  return Buffer.from(`${lines(': ', text)}\n`)
}

/** `\r` alone ends a line too, so all three kinds of line break are split on. */
function lines(field: string, text: string): string {
  return `${field}${text.replaceAll(/\r\n|\r|\n/g, `\n${field}`)}\n`
}

// A line break inside a field would let its author forge the fields that follow; a NUL makes a client drop the id.
function singleLine(value: string): string {
  if (/[\r\n\0]/.test(value)) throw new TypeError(`must fit on one line: ${JSON.stringify(value)}`)
  return value
}

function milliseconds(value: number): number {
  if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`retry must be whole milliseconds, got ${value}`)
  return value
}
