import { BETTER_SSE, KOA, NCHAN, NODE, TEAHOUSE } from '../contestants.ts'
import type { Results } from './results.ts'

const PANELS = ['one at a time, µs/delivery', 'burst, deliveries/s', '50/s, p99 ms', 'idle, bytes/connection']
const SERVERS = [TEAHOUSE, NODE, KOA, BETTER_SSE, NCHAN]
const WIDTH = 420
const ROW = 24
const PANEL = 40 + SERVERS.length * ROW
const BAR_LEFT = 130
const BAR_WIDTH = 200

/** Bars of the main figures, one panel each, as an SVG. */
export function plot(results: Results): string {
  const panels = PANELS.map((figure, n) => {
    const at = `translate(${(n % 2) * WIDTH} ${Math.floor(n / 2) * PANEL})`
    return `<g transform="${at}">${panel(results, figure)}</g>`
  })
  const size = `0 0 ${2 * WIDTH} ${2 * PANEL}`
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="${size}" font-family="sans-serif" font-size="12">
<rect width="100%" height="100%" fill="#fff"/>
${panels.join('\n')}
</svg>
`
}

function panel(results: Results, figure: string): string {
  const bars = SERVERS.flatMap((name) => {
    const value = results.value(figure, name)
    return value === undefined ? [] : [{ name, value }]
  })
  const most = Math.max(...bars.map(({ value }) => value))
  const rows = bars.map(({ name, value }, n) => {
    const y = 32 + n * ROW
    const width = Math.max(1, Math.round((value / most) * BAR_WIDTH))
    const label = value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(2)
    return `<text x="${BAR_LEFT - 8}" y="${y + 13}" text-anchor="end">${name}</text>
<rect x="${BAR_LEFT}" y="${y}" width="${width}" height="16" fill="${name === TEAHOUSE ? '#2d7d46' : '#b5b5b5'}"/>
<text x="${BAR_LEFT + width + 6}" y="${y + 13}">${label}</text>`
  })
  return `<text x="12" y="20" font-weight="bold">${figure}</text>\n${rows.join('\n')}`
}
