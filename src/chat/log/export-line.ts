import { z } from 'zod'
import { parseCursor } from './cursor.ts'
import type { Entry } from './entry.ts'

const number = z.string().transform((id, context) => {
  const cursor = parseCursor(id)
  if (cursor) return cursor.number
  context.addIssue(`${JSON.stringify(id)} is no id`)
  return z.NEVER
})
/** Null by default, because exports of 0.1.0 have no authors. */
const author = z
  .string()
  .regex(/^[a-z0-9]{10}$/)
  .nullable()
  .default(null)
const at = z.iso.datetime().transform((time) => Date.parse(time))

const Line = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('message'),
    id: number,
    room: z.string(),
    name: z.string().nullable(),
    author,
    text: z.string(),
    at,
    guest: z.boolean(),
  }),
  z.object({ event: z.literal('edited'), id: number, message: number, name: z.string(), author, text: z.string(), at }),
  z.object({ event: z.literal('deleted'), id: number, message: number, name: z.string(), author, at }),
  z.object({ event: z.literal('erased'), id: number, room: z.string(), at }),
])

/** Parses one line of an export into an entry. Throws Error with a one-line message if the line is invalid. */
export function parseExportLine(line: string): Entry {
  let json: unknown
  try {
    json = JSON.parse(line)
  } catch {
    throw new Error('is not JSON')
  }
  const parsed = Line.safeParse(json)
  if (!parsed.success)
    throw new Error(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
  const { id, ...entry } = parsed.data
  return { ...entry, number: id }
}
