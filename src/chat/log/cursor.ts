/** The place in a room's log up to which a client has seen everything. */
export interface Cursor {
  epoch: string
  number: number
}

/** The id of an entry: `<epoch>-<number>`, of `[a-z0-9-]` only, since anything else costs a browser a CORS preflight. */
export function formatId(epoch: string, number: number): string {
  return `${epoch}-${number}`
}

/** The cursor that an id stands for; undefined when it has not the form of an id. */
export function parseCursor(id: string): Cursor | undefined {
  const match = /^([a-z0-9]{1,32})-(0|[1-9][0-9]{0,63})$/.exec(id)
  if (!match) return undefined
  return { epoch: match[1]!, number: Math.min(Number(match[2]), Number.MAX_SAFE_INTEGER) }
}
