import type { Random } from '../random.ts'

export interface Saying {
  text: string
  key: string
  /** Null for somebody without a name, who can only send plain text. */
  name: string | null
  token: string | undefined
}

export interface EncodedPost {
  headers: Record<string, string>
  body: string
}

/** A post as one of the kinds of body that say it: plain text, a form, JSON; its key in the header or in a field. */
export function encodePost(random: Random, { text, key, name, token }: Saying): EncodedPost {
  const authorization: Record<string, string> = token === undefined ? {} : { Authorization: `Bearer ${token}` }
  if (name === null || (token !== undefined && random.chance(0.3))) {
    return { headers: { ...authorization, 'Content-Type': 'text/plain', 'Idempotency-Key': key }, body: text }
  }
  const isField = random.chance(0.5)
  const headers = { ...authorization, ...(!isField && { 'Idempotency-Key': key }) }
  const fields = { message: text, name, ...(isField && { key }) }
  return random.chance(0.5)
    ? { headers: { ...headers, 'Content-Type': 'application/json' }, body: JSON.stringify(fields) }
    : {
        headers: { ...headers, 'Content-Type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(fields).toString(),
      }
}
