import type { WptCase } from '../case.ts'

/** What is asked for, and which answers open a stream. */
export const REQUEST: WptCase[] = [
  {
    wpt: 'request-accept',
    it: 'asks for an event stream',
    run: `return data(await messages('/accept', 1))`,
    gives: ['text/event-stream'],
  },
  ...['first', 'second'].map((time) => ({
    wpt: `request-cache-control same origin, ${time} time`,
    it: `asks past caches the ${time} time`,
    run: `return data(await messages('/cache-control', 1))`,
    gives: ['no-cache'],
  })),
  ...['first', 'second'].map((time) => ({
    wpt: `request-cache-control cross-origin, ${time} time`,
    it: `asks past caches elsewhere the ${time} time`,
    run: `return data(await messages(elsewhere + '/cors?run=cache-control', 1))`,
    gives: ['no-cache'],
    emulated: { gives: ['undefined'], because: 'this header of a script needs a preflight' },
  })),
  ...[301, 302, 303, 307].map((status) => ({
    wpt: `request-redirect ${status}`,
    it: `follows a redirect of status ${status}`,
    run: `
      const seen = await watch('/redirect?to=/message&status=${status}', () => true)
      return [seen[0].type, seen[0].readyState]`,
    gives: ['open', 1],
  })),
  ...[204, 205, 210, 299, 404, 410, 503].map((status) => ({
    wpt: `request-status-error ${status}`,
    it: `closes at the status ${status}`,
    run: `
      const seen = await watch('/status?status=${status}', () => true)
      return [seen[0].type, seen[0].readyState]`,
    gives: ['error', 2],
  })),
]
