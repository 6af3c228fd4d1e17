import { FAULTS, type Finding } from '../faults/checks/verdict.ts'
import type { AttackReport } from './attack.ts'
import type { Vitals } from './vitals.ts'

/** What a soak has come to. */
export interface SoakOutcome {
  counts: Record<string, number>
  attack: AttackReport
  findings: Finding[]
  /** What the server wrote to stderr. */
  complaints: string
  /** The exit code of each drain. */
  exits: (number | null)[]
  /** Before anybody came; once those who mean well were there; when all had gone. */
  fresh: Vitals
  start: Vitals
  end: Vitals
  /** The most memory that any of the server's lives had, in bytes. */
  top: number
  /** Milliseconds from a post until it is read, each. */
  calm: number[]
  attacked: number[]
}

/** What the server may hold more in the end than at the start: caches of a fixed size, filled. */
const MOST_KEPT = 32 * 1024 * 1024
const MB = 1024 * 1024

/** What went wrong, in words; nothing, when all is well. */
export function faultsOf({ findings, complaints, exits, fresh, start, end, attack }: SoakOutcome): string[] {
  const found = findings.slice(0, 20).map(({ kind, what }) => `${kind}: ${what.slice(0, 400)}`)
  if (complaints !== '') found.push(`the server wrote: ${complaints.slice(0, 2000)}`)
  if (exits.some((code) => code !== 0)) found.push(`a drain ended with ${exits.join(', ')}`)
  for (const [status, count] of badAnswers(attack)) found.push(`${count} answers of ${status}`)
  if (end.files > fresh.files) found.push(`${end.files} file descriptors are open, of ${fresh.files} at the start`)
  if (end.held - start.held > MOST_KEPT) found.push(`${inMb(end.held - start.held)} MB are held for nobody`)
  return found
}

/** The figures of a soak, one a line. */
export function report(outcome: SoakOutcome): string {
  const { counts, attack, findings, complaints, exits, fresh, start, end, top, calm, attacked } = outcome
  const faults = FAULTS.map((kind): [string, number] => [kind, findings.filter((found) => found.kind === kind).length])
  const lines: [string, string | number][] = [
    ...Object.entries(counts),
    ...faults,
    ['unhandled errors', complaints.split('\n').filter(Boolean).length],
    ['drains, exit code 0', `${exits.filter((code) => code === 0).length} of ${exits.length}`],
    ['answers of 5xx but 503, 507', badAnswers(attack).reduce((sum, [, count]) => sum + count, 0)],
    ['memory, MB', `${inMb(start.rss)} at the start, ${inMb(top)} at the top, ${inMb(end.rss)} at the end`],
    ['of it in use, MB', `${inMb(start.held)} at the start, ${inMb(end.held)} at the end`],
    ['file descriptors', `${fresh.files} at the start, ${end.files} at the end`],
    ['a reader hears, ms', `p50 ${part(calm, 0.5)}, p99 ${part(calm, 0.99)} of ${calm.length}`],
    ['… under attack, ms', `p50 ${part(attacked, 0.5)}, p99 ${part(attacked, 0.99)} of ${attacked.length}`],
    ['connections of attackers', inWords(attack.connections)],
    ['answers to them', inWords(attack.answers)],
  ]
  const shown = lines.map(([name, figure]) => `${name.padEnd(28)}${figure.toLocaleString('en')}`)
  return [...shown, ...faultsOf(outcome)].join('\n')
}

function badAnswers({ answers }: AttackReport): [status: string, count: number][] {
  return Object.entries(answers).filter(([status]) => status >= '500' && status !== '503' && status !== '507')
}

function part(delays: number[], fraction: number): string {
  const sorted = delays.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? NaN).toFixed(1)
}

function inMb(bytes: number): string {
  return (bytes / MB).toFixed(0)
}

function inWords(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count.toLocaleString('en')}`)
    .join(', ')
}
