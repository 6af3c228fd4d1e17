import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { judgeAims } from './aims.ts'
import { BETTER_SSE, KOA, NCHAN, NODE, ON_REDIS, TEAHOUSE, TWO_NODES } from '../contestants.ts'
import { FIGURES, type Figure } from './figures.ts'
import { hasNchan, NGINX } from '../nchan.ts'
import type { Sizes } from '../options.ts'
import { plot } from './plot.ts'
import type { Results } from './results.ts'
import { BARE } from '../scenarios/posts.ts'

const SERVERS = [TEAHOUSE, NODE, KOA, BETTER_SSE, NCHAN, BARE, ON_REDIS, TWO_NODES]

/** The result of a run as Markdown: ratios first, then the aims, then the figures themselves. */
export function report(results: Results): string {
  return [
    `Teahouse's figure divided by the rival's, in the same run; ↑ more is better, ↓ less is.`,
    ratios(results),
    'What is aimed at:',
    table(
      ['aim', 'measured', ''],
      judgeAims(results).map(({ aim, measured, holds }) => [aim, short(measured), holds ? 'holds' : 'FALLS SHORT']),
    ),
    'The figures:',
    figures(results),
  ].join('\n\n')
}

const PAGE = 'docs/benchmarks.md'
/** What stands from here on in the page is written by hand, and stays. */
const BY_HAND = '## Where the time goes'

/** Writes docs/benchmarks.md and its plot. */
export function writeReport(results: Results, sizes: Sizes): void {
  const [cpu] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  const byHand = readFileSync(PAGE, 'utf8').split(BY_HAND)[1] ?? ''
  writeFileSync('docs/benchmarks.svg', plot(results))
  writeFileSync(
    PAGE,
    `# Benchmarks

\`npm run bench -- --write\` has written this. Each server is a process of its own, on loopback, and driven by one load
process over raw sockets; Teahouse keeps every message in its durable store, no rival keeps any. Deliveries are counted
where they arrive. The CPU is the server's, from \`/proc\`. ${sizes.subscribers} subscribers in one room, messages of 30
bytes; "one at a time": the next post leaves when the last was answered; "burst": 64 posts outstanding; idle: ${sizes.idle}
connections; storm: after a restart ${sizes.storm} clients come back at once, to Teahouse each 100 entries behind, to a rival, which sends nothing again, just so; storm again: the same to a server that has had one storm since it started; rooms: ${sizes.rooms}
of 10; stalled: clients that never read, in a room that says 24 MB; nodes: Redis with appendfsync always, all posts to the first node; history: ${sizes.many} messages stored, and ${sizes.few}. The load share is the load process's part of the CPU that both
used. Medians of ${sizes.rounds} rounds where a scenario has rounds. Absolute figures drift by a fifth and more from run to run; the ratios hold better.

![Teahouse beside its rivals](benchmarks.svg)

${report(results)}

${cpus().length} × ${cpu?.model}, ${memory} GB, Linux ${release()}, Node ${process.version}${hasNchan ? `, ${nginxVersion()}` : ''}.

${BY_HAND}${byHand}`,
  )
}

function ratios(results: Results): string {
  const rivals = SERVERS.slice(1)
  const rows = FIGURES.filter((figure) => figure.isCompared).map(({ name, isMore }) =>
    [`${name} ${isMore ? '↑' : '↓'}`].concat(rivals.map((rival) => short(results.ratio(name, TEAHOUSE, rival)))),
  )
  return table(['', ...rivals], rows.filter(isMeasured))
}

function figures(results: Results): string {
  const cell = ({ name, digits = 0 }: Figure, server: string) =>
    results.value(name, server)?.toLocaleString('en', { maximumFractionDigits: digits }) ?? ''
  const rows = FIGURES.map((figure) => [figure.name].concat(SERVERS.map((server) => cell(figure, server))))
  return table(['', ...SERVERS], rows.filter(isMeasured))
}

function isMeasured([, ...cells]: string[]): boolean {
  return cells.some((cell) => cell !== '')
}

function short(value: number | undefined): string {
  if (value === undefined) return ''
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2)
}

function table(head: string[], rows: string[][]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]!.length)))
  const line = (row: string[]) => `| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n')
}

function nginxVersion(): string {
  return execFileSync('sh', ['-c', `${NGINX} -v 2>&1`], { encoding: 'utf8' })
    .trim()
    .replace('nginx version: ', '')
}
