import { canShare } from './leadership.ts'

/**
 * How many rooms of one browser may keep a connection open at a time. A browser opens six to one HTTP/1.1 server, and
 * some must be left for pages and posts.
 */
const PLACES = 4

/** Takes one of the places, until the tab closes; false when none is free. HTTP/2 and up have as many as one likes. */
export async function takeStreamPlace(): Promise<boolean> {
  if (!canShare() || !isHttp1()) return true
  for (let place = 1; place <= PLACES; place++) {
    if (await takeLock(`teahouse stream ${place}`)) return true
  }
  return false
}

function takeLock(name: string): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request(name, { ifAvailable: true }, (lock) => {
      resolve(lock !== null)
      return lock && new Promise<never>(() => {})
    })
  })
}

function isHttp1(): boolean {
  const [page] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  return page?.nextHopProtocol.startsWith('http/1') ?? true
}
