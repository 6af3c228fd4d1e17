import type { Browser, Page } from 'playwright-core'
import { until } from '../until.ts'

/** The browsers in which an EventSource is tried: its own, none at all, and none in a browser that lacks more. */
export const KINDS = ['native', 'emulated', 'emulated in an old browser'] as const

export type Kind = (typeof KINDS)[number]

/** One event as the page saw it, and the ready state at that moment. */
export interface Seen {
  type: string
  data?: string
  lastEventId?: string
  origin?: string
  readyState: number
}

/** A blank page of `url`, in a browser of this kind. */
export async function openEventSourcePage(browser: Browser, kind: Kind, url: string): Promise<Page> {
  const page = await browser.newPage()
  if (kind !== 'native') await page.addInitScript('delete window.EventSource')
  if (kind === 'emulated in an old browser') await page.addInitScript(OLD_BROWSER)
  await page.goto(url)
  return page
}

// What Edge 18, the last browser without an EventSource, lacked too.
const OLD_BROWSER = `
  for (const name of ['fetch', 'ReadableStream', 'TextDecoder', 'AbortController']) delete window[name]
  const { prototype } = EventTarget
  window.EventTarget = function () { throw new TypeError('Illegal constructor') }
  window.EventTarget.prototype = prototype
`

/** Opens an EventSource as `window.source`, and notes what it sees in `window.seen`. */
export async function openEventSource(page: Page, path: string, named: string[] = []): Promise<void> {
  await page.evaluate(`
    window.seen = []
    window.source = new EventSource(${JSON.stringify(path)})
    for (const type of ${JSON.stringify(['open', 'message', 'error', ...named])}) {
      source.addEventListener(type, ({ data, lastEventId, origin }) => {
        seen.push({ type, data, lastEventId, origin, readyState: source.readyState })
      })
    }
  `)
}

/** Everything that the page's EventSource has seen. */
export function seenBy(page: Page): Promise<Seen[]> {
  return page.evaluate('window.seen')
}

/** Resolves with what was seen once there are `count` events of one type. */
export async function untilSeen(page: Page, count: number, type = 'message'): Promise<Seen[]> {
  let seen: Seen[] = []
  const ofType = (): Seen[] => seen.filter((event) => event.type === type)
  await until(
    async () => {
      seen = await seenBy(page)
      return ofType().length >= count
    },
    () => `${count} ${type} events, got ${JSON.stringify(seen)}`,
  )
  return ofType()
}
