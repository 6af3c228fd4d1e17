import { createHash } from 'node:crypto'

/** The ETag of these bytes, without quotes: 132 bits of their SHA-256 in base64url. */
export function etagOf(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
}
