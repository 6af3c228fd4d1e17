import type { Context } from 'koa'
import { parseCursor, type Cursor } from '../../chat/log/cursor.ts'
import { Refusal } from '../../chat/refusal.ts'

/** One query parameter; undefined when it is not given. A parameter given twice is refused as `bad_query`. */
export function queryText(ctx: Context, name: string): string | undefined {
  const value = ctx.query[name]
  if (Array.isArray(value)) throw new Refusal('bad_query')
  return value
}

/** A whole number from `least` to `most`, else refused as `bad_query`. */
export function queryNumber(ctx: Context, name: string, least: number, most: number): number | undefined {
  const value = queryText(ctx, name)
  if (value === undefined) return undefined
  const number = /^\d{1,9}$/.test(value) ? Number(value) : NaN
  if (!(number >= least && number <= most)) throw new Refusal('bad_query')
  return number
}

export function queryCursor(ctx: Context, name: string): Cursor | undefined {
  const value = queryText(ctx, name)
  return value === undefined ? undefined : cursorOf(value)
}

/** The cursor that an id stands for; what is no id is refused as `bad_cursor`. */
export function cursorOf(id: string): Cursor {
  const cursor = parseCursor(id)
  if (!cursor) throw new Refusal('bad_cursor')
  return cursor
}
