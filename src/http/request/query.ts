import type { Context } from 'koa'
import { parseCursor, type Cursor } from '../../chat/log/cursor.ts'
import { Refusal } from '../../chat/refusal.ts'

/** A query parameter; undefined when missing. Throws the Refusal `bad_query` when it is given twice. */
export function queryText(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name]
  if (Array.isArray(value)) throw new Refusal('bad_query')
  return value
}

/** A query parameter that is a whole number from `least` to `most`. Otherwise throws the Refusal `bad_query`. */
export function queryNumber(ctx: Context, name: string, least: number, most: number): number | undefined {
  const value = queryText(ctx, name)
  if (value === undefined) return undefined
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN
  if (!(number >= least && number <= most)) throw new Refusal('bad_query')
  return number
}

/** A query parameter that is an id. Otherwise throws the Refusal `bad_cursor`. */
export function queryCursor(ctx: Context, name: string): Cursor | undefined {
  const value = queryText(ctx, name)
  return value === undefined ? undefined : cursorOf(value)
}

/** Parses an id, `<epoch>-<number>`. Throws the Refusal `bad_cursor` when it is invalid. */
export function cursorOf(id: string): Cursor {
  const cursor = parseCursor(id)
  if (!cursor) throw new Refusal('bad_cursor')
  return cursor
}
