import { createHash } from 'node:crypto'

/** What tells these bytes from any others: 132 bits of their hash. */
export function etagOf(bytes: string | Buffer): string {
  return createHash('sha256').update(bytes).digest('base64url').slice(0, 22)
}
