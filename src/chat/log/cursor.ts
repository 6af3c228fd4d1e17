/** A position in a room's log: the client has seen every entry up to `number`. */
export interface Cursor {
  epoch: string
  number: number
}

/**
 * Returns an entry's id `<epoch>-<number>`. It uses `[a-z0-9-]` only: other characters could cause a CORS preflight.
 */
export function formatId(epoch: string, number: number): string {
  return `${epoch}-${number}`
}

/** Parses an id into a cursor. Returns undefined if the text is not in the form of an id. */
export function parseCursor(id: string): Cursor | undefined {
  const match = /^([a-z0-9]{1,32})-(0|[1-9][0-9]{0,63})$/.exec(id)
  if (!match) return undefined
  return { epoch: match[1]!, number: Math.min(Number(match[2]), Number.MAX_SAFE_INTEGER) }
}
