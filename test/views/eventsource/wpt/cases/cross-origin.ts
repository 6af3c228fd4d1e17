import type { WptCase } from '../case.ts'

const comesBack = (fixture: string) =>
  `return (await first(elsewhere + '/cors-unsafe-last-event-id?fixture=${fixture}', 'success')).data`

/** Streams of another origin. */
export const CROSS_ORIGIN: WptCase[] = [
  ...[
    ['basic use', 'hears', '/cors?run=message'],
    ['redirect use', 'follows', `/cors?run=redirect&to=${encodeURIComponent('/cors?run=message')}`],
    ['redirect use recon', 'comes back to', '/cors?run=reconnect'],
  ].map(([variant, verb, path]) => ({
    wpt: `eventsource-cross-origin ${variant}`,
    it: `${verb} a stream of another origin`,
    run: `
      const [{ data, origin }] = await messages(elsewhere + '${path}', 1, { withCredentials: true })
      return [data, origin]`,
    gives: ['data', '{elsewhere}'],
  })),
  ...[
    ['allow-origin: http://example.org', '/cors?run=message&origin=http://example.org'],
    ["allow-origin: ''", '/cors?run=message&origin='],
    ['no allow-origin', '/message'],
  ].map(([variant, path]) => ({
    wpt: `eventsource-cross-origin ${variant}`,
    it: `closes where the server does not allow it (${variant})`,
    run: `
      const seen = await watch(elsewhere + '${path}', () => true)
      return [seen[0].type, seen[0].readyState, seen[0].hasData]`,
    gives: ['error', 2, false],
    emulated: { gives: ['error', 0, false], because: 'a script cannot tell a refusal by CORS from a lost connection' },
  })),
  {
    wpt: 'eventsource-cross-origin-preflight safe',
    it: 'comes back with an id without a preflight',
    run: comesBack('safe'),
    gives: 'the id, no preflight',
  },
  ...['long', 'unsafe'].map((fixture) => ({
    wpt: `eventsource-cross-origin-preflight ${fixture}`,
    it: `comes back with a ${fixture} id after a preflight`,
    run: comesBack(fixture),
    gives: 'the id, a preflight',
    native: { gives: 'the id, no preflight', because: 'Chromium sends any id without a preflight' },
    emulated: { gives: 'the id, no preflight', because: 'the id is sent in the query, which needs no preflight' },
  })),
  ...[
    ['enabled', '{ withCredentials: true }', 'a cookie'],
    ['disabled', '{ withCredentials: false }', 'no cookie'],
    ['default', '{}', 'no cookie'],
  ].map(([variant, init, cookie]) => ({
    wpt: `request-credentials ${variant}`,
    it: `sends and takes ${cookie} with credentials ${variant}`,
    run: `return data(await messages(elsewhere + '/cors-cookie?name=${variant}', 2, ${init}))`,
    gives: ['no cookie', cookie],
  })),
]
