import { numberOf } from '../readers/reader.ts'
import type { Finding } from '../checks/verdict.ts'

/** What somebody was told: of a message, with its text, or of the place from which a stream goes on. */
export interface Told {
  id: string
  text?: string
  /** Whether a stream began by saying that what was before is gone. */
  resets?: boolean
}

/** What is wrong where the store was emptied: an id that stands for two texts, and a hole that no reader was told of. */
export function checkFlushes(tellings: Told[][], answers: Told[]): Finding[] {
  const findings: Finding[] = []
  const texts = new Map<string, string>()
  for (const { id, text } of [...answers, ...tellings.flat()]) {
    if (text === undefined) continue
    const other = texts.get(id)
    if (other === undefined) texts.set(id, text)
    else if (other !== text) findings.push({ kind: 'forged', what: `${id} is ${text}, and was ${other}` })
  }
  for (const [reader, told] of tellings.entries()) {
    for (const [index, { id, resets }] of told.entries()) {
      const before = told[index - 1]
      if (before === undefined || resets) continue
      // A stream that goes on begins with the id that its reader has; a message has the next one.
      const expected = numberOf(before.id) + (told[index]!.text === undefined ? 0 : 1)
      if (epochOf(id) === epochOf(before.id) && numberOf(id) === expected) continue
      findings.push({ kind: 'lost', what: `reader ${reader} got ${id} after ${before.id}, without a reset` })
    }
  }
  return findings
}

function epochOf(id: string): string {
  return id.slice(0, id.lastIndexOf('-'))
}
