import type { Entry } from '../../../chat/log/entry.ts'

/** Replaces deleted messages and their edits by `erased` entries: exports of 0.1.0 still contain their texts. */
export function eraseDeleted(room: string, entries: Entry[]): Entry[] {
  const deleted = new Set(entries.flatMap((entry) => (entry.event === 'deleted' ? [entry.message] : [])))
  return entries.map((entry) => {
    const message = entry.event === 'message' ? entry.number : entry.event === 'edited' ? entry.message : undefined
    if (message === undefined || !deleted.has(message)) return entry
    return { event: 'erased', number: entry.number, room, at: entry.at }
  })
}
