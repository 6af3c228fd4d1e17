import { FAULTS, type Finding } from './verdict.ts'

/** What a run has come to. */
export interface Outcome {
  counts: Record<string, number>
  findings: Finding[]
  /** What the server wrote to stderr. */
  complaints: string
}

const MOST_SHOWN = 20
const LONGEST_LINE = 400

/** Whether the server has kept its promise. */
export function isGood({ findings, complaints }: Outcome): boolean {
  return findings.length === 0 && complaints === ''
}

/** The figures of a run, one a line, and the evidence of what went wrong; `looked` is what was looked for. */
export function report({ counts, findings, complaints }: Outcome, looked: readonly Finding['kind'][] = FAULTS): string {
  const faults = looked.map((kind): [string, number] => [kind, findings.filter((found) => found.kind === kind).length])
  const figures = [...Object.entries(counts), ...faults].map(
    ([name, count]) => `${name.padEnd(20)}${count.toLocaleString('en').padStart(10)}`,
  )
  const evidence = findings.slice(0, MOST_SHOWN).map(({ kind, what }) => `${kind}: ${what.slice(0, LONGEST_LINE)}`)
  const stderr = complaints === '' ? [] : [`the server wrote: ${complaints.slice(0, 2000)}`]
  return [...figures, ...evidence, ...stderr].join('\n')
}
