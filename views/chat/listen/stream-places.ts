import { canShare } from './leadership.ts'

/**
 * How many rooms of one browser may keep a connection open at the same time. A browser opens at most six connections to
 * one HTTP/1.1 server, and pages and posts need some of them.
 */
const PLACES = 4

/** Reserves a place until the tab closes; false if none is free. Over HTTP/2 and later there is always one. */
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
