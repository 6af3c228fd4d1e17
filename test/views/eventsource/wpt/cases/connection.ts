import type { WptCase } from '../case.ts'

/** How a connection begins, comes back and ends. */
export const CONNECTION: WptCase[] = [
  {
    wpt: 'eventsource-close',
    it: 'is connecting, then open, then closed',
    run: `
      const source = new EventSource('/message')
      const states = [source.readyState]
      await new Promise((resolve) => (source.onopen = resolve))
      states.push(source.readyState)
      source.close()
      return [...states, source.readyState]`,
    gives: [0, 1, 2],
  },
  {
    wpt: 'eventsource-close, test events',
    it: 'comes back until 204 closes it',
    run: `
      const seen = await watch('/reconnect-fail', (seen) => seen[seen.length - 1].readyState === 2)
      return seen.map(({ type, data, readyState }) => [type, data, readyState])`,
    gives: [
      ['open', undefined, 1],
      ['message', 'visit 1', 1],
      ['error', undefined, 0],
      ['open', undefined, 1],
      ['message', 'visit 2', 1],
      ['error', undefined, 0],
      ['error', undefined, 2],
    ],
  },
  {
    wpt: 'eventsource-readyState',
    it: 'is closed as soon as it is closed while it connects',
    run: `const source = new EventSource('/message'); source.close(); return source.readyState`,
    gives: 2,
  },
  {
    wpt: 'eventsource-reconnect 200',
    it: 'comes back when the stream ends',
    run: `return data(await messages('/reconnect', 1))`,
    gives: ['data'],
  },
  {
    wpt: 'eventsource-reconnect, test reconnection events',
    it: 'tells by an error that it comes back',
    run: `
      const seen = await watch('/reconnect?ok-first', (seen) => seen[seen.length - 1].data === 'data')
      return seen.map(({ type, data, readyState }) => [type, data, readyState])`,
    gives: [
      ['open', undefined, 1],
      ['message', 'ok', 1],
      ['error', undefined, 0],
      ['open', undefined, 1],
      ['message', 'data', 1],
    ],
  },
  {
    wpt: 'eventsource-request-cancellation',
    it: 'closes for good when the page is stopped',
    run: `
      const seen = []
      const source = new EventSource('/silent')
      source.onopen = source.onmessage = source.onerror = ({ type }) => seen.push([type, source.readyState])
      setTimeout(() => window.stop())
      while (seen.length === 0) await new Promise((resolve) => setTimeout(resolve, 5))
      await messages('/message?message=retry:5%0Adata:x', 3)
      return seen`,
    gives: [['error', 2]],
  },
]
