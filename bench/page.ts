import { parseArgs } from 'node:util'
import { setTimeout as delay } from 'node:timers/promises'
import { chromium } from 'playwright-core'
import { startTeahouse } from '../test/support/teahouse.ts'

/** Sends a room many messages a second, and prints what that costs a page: its slowest frames, and its heap. */
const { values } = parseArgs({
  options: { rate: { type: 'string', default: '100' }, seconds: { type: 'string', default: '60' } },
})
const rate = Number(values.rate)
const seconds = Number(values.seconds)
const BATCH_MS = 100

/** In the page: remembers how long every frame took. */
const WATCH = `
  window.frames_ = []
  let last = performance.now()
  requestAnimationFrame(function frame(now) {
    window.frames_.push(now - last)
    last = now
    requestAnimationFrame(frame)
  })
  window.tasks_ = []
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.tasks_.push(duration)
  }).observe({ type: 'longtask' })
`

const teahouse = await startTeahouse()
const browser = await chromium.launch({
  executablePath: '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'],
})
const page = await browser.newPage({ locale: 'en-GB' })
await page.goto(teahouse.url)
const inspector = await page.context().newCDPSession(page)
const heapAtFirst = await heapOf()
await page.evaluate(WATCH)

let sent = 0
let mostHeap = 0
const start = performance.now()
while (sent < rate * seconds) {
  const due = Math.min(rate * seconds, Math.floor(((performance.now() - start) / 1000) * rate))
  const batch = Array.from({ length: Math.max(0, due - sent) }, (_, i) => say(sent + i + 1))
  sent = Math.max(sent, due)
  await Promise.all(batch)
  mostHeap = Math.max(mostHeap, await heapOf(false))
  await delay(BATCH_MS)
}
await page.locator('.text', { hasText: `number ${sent} ` }).waitFor()

const frames = (await page.evaluate<number[]>('window.frames_')).toSorted((a, b) => b - a)
const tasks = await page.evaluate<number[]>('window.tasks_')
const nodes = await page.evaluate<number>("document.querySelectorAll('*').length")
const heapAtLast = await heapOf()
const rank = (part: number) => `${frames[Math.floor(frames.length * part)]?.toFixed(1)} ms`
console.log(`${sent} messages, ${rate} a second`)
console.log(`frames: ${frames.length}; worst ${rank(0)}, 1 in 100 over ${rank(0.01)}, half over ${rank(0.5)}`)
console.log(
  `tasks of the page over 50 ms: ${tasks.length}${tasks.length > 0 ? `, worst ${Math.max(...tasks)} ms` : ''}`,
)
console.log(
  `heap: ${heapAtFirst.toFixed(1)} MB at first, ${mostHeap.toFixed(1)} at most with what was not collected, ${heapAtLast.toFixed(1)} at last`,
)
console.log(`elements in the document: ${nodes}`)
await browser.close()
await teahouse.stop()

async function say(number: number): Promise<void> {
  const text = `number ${number} of many: https://example.org/${number} and \`code\``
  const name = `speaker ${Math.floor(number / 4) % 5}`
  await teahouse.store.log.append('lobby', { event: 'message', name, text, guest: true, owner: null })
}

/** What the page's scripts hold, in MB; `isClean`: once what they do not need is gone. */
async function heapOf(isClean = true): Promise<number> {
  if (isClean) await inspector.send('HeapProfiler.collectGarbage')
  const { usedSize } = await inspector.send('Runtime.getHeapUsage')
  return usedSize / 1024 / 1024
}
