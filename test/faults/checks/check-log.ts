import { isDeepStrictEqual } from 'node:util'
import type { LogEntry } from './export.ts'
import type { Change, Ledger, Post } from './ledger.ts'
import { numberOf } from '../readers/reader.ts'
import type { Finding } from './verdict.ts'

/**
 * What is wrong with the whole log of a room: its numbers must have no hole; what was answered must be in it, once and
 * as it was answered; what was not may be in it, once; and nothing else. Of deleted messages and their edits nothing
 * but erased entries may be left.
 */
export function checkLog(room: string, log: LogEntry[], ledger: Ledger): Finding[] {
  const findings: Finding[] = []
  const found = (kind: Finding['kind'], what: string) => findings.push({ kind, what: `log of ${room}: ${what}` })
  const gone = new Set(log.filter(({ event }) => event === 'deleted').map(({ message }) => message))
  const deeds = new Map<string, { deed: Post | Change; entries: LogEntry[] }>()
  const posts = new Map<string, LogEntry[]>()
  const erased = { edits: 0, answered: 0, tried: 0 }
  for (const post of ledger.posts) {
    if (post.room !== room) continue
    const entries: LogEntry[] = []
    deeds.set(ofPost(post), { deed: post, entries })
    if (post.answer) posts.set(String(post.answer.id), entries)
  }
  for (const change of ledger.changes) {
    if (change.room !== room) continue
    if (change.event === 'edited' && gone.has(change.message)) {
      erased.answered += Number(change.isAnswered)
      erased.tried += change.attempts
    } else deeds.set(ofChange(change), { deed: change, entries: [] })
  }

  for (const [index, entry] of log.entries()) {
    if (numberOf(entry.id) !== index + 1) found('lost', `${entry.id} is entry ${index + 1}`)
    const origin = entry.event === 'erased' ? posts.get(entry.id) : deeds.get(ofEntry(entry))?.entries
    if (entry.event === 'erased' && origin && !gone.has(entry.id)) found('lost', `nobody deleted ${entry.id}`)
    if (origin) origin.push(entry)
    else if (entry.event === 'erased') erased.edits++
    else if (entry.event === 'edited' && gone.has(entry.message)) erased.edits++
    else found('forged', `nobody did this: ${JSON.stringify(entry)}`)
  }
  for (const { id, event, message, text } of log) {
    if (text !== undefined && gone.has(event === 'edited' ? message : id)) found('kept', `the text of ${id}`)
  }
  if (erased.edits < erased.answered) found('lost', `${erased.answered - erased.edits} edits of deleted messages`)
  if (erased.edits > erased.tried) found('forged', `${erased.edits - erased.tried} edits of deleted messages`)
  for (const { deed, entries } of deeds.values()) {
    const what = JSON.stringify(deed)
    if (isAnswered(deed) && entries.length === 0) found('lost', what)
    if (entries.length > mostTimes(deed)) found('doubled', `${entries.length} times ${what}`)
    if ('answer' in deed && entries[0] && !isAnswer(deed, entries[0])) {
      found('forged', `${what} is ${JSON.stringify(entries[0])}`)
    }
  }
  return findings
}

function isAnswer({ answer = {} }: Post, entry: LogEntry): boolean {
  if (entry.event !== 'erased') return isDeepStrictEqual({ event: 'message', ...answer }, entry)
  return isDeepStrictEqual({ event: 'erased', id: answer.id, room: answer.room, at: answer.at }, entry)
}

function isAnswered(deed: Post | Change): boolean {
  return 'event' in deed ? deed.isAnswered : deed.answer !== undefined
}

/** An edit has no key: each attempt may count. A message is deleted once, and a post has a key. */
function mostTimes(deed: Post | Change): number {
  return 'event' in deed && deed.event === 'edited' ? deed.attempts : 1
}

// By all that the writer has decided, so that an entry with anything else in it is nobody's.
function ofPost({ name, guest, text }: Post): string {
  return JSON.stringify(['message', name, guest, text])
}

function ofChange({ event, message, text }: Change): string {
  return JSON.stringify([event, message, text])
}

function ofEntry({ event, name, guest, text, message }: LogEntry): string {
  return JSON.stringify(event === 'message' ? [event, name, guest, text] : [event, message, text ?? null])
}
