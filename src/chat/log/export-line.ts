import { z } from 'zod'
import { parseCursor } from './cursor.ts'
import type { Entry } from './entry.ts'

const number = z.string().transform((id, context) => {
  const cursor = parseCursor(id)
  if (cursor) return cursor.number
  context.addIssue(`${JSON.stringify(id)} is no id`)
  return z.NEVER
})
const at = z.iso.datetime().transform((time) => Date.parse(time))

const Line = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('message'),
    id: number,
    room: z.string(),
    name: z.string().nullable(),
    text: z.string(),
    at,
    guest: z.boolean(),
  }),
  z.object({ event: z.literal('edited'), id: number, message: number, name: z.string(), text: z.string(), at }),
  z.object({ event: z.literal('deleted'), id: number, message: number, name: z.string(), at }),
])

/** The entry of a line of an export. Throws Error, in one line, when it is none. */
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
