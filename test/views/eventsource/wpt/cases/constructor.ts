import type { WptCase } from '../case.ts'

const opens = { type: 'open', readyState: 1, hasData: false, bubbles: false, cancelable: false }

/** A simple event, as every `open` and `error` is. */
const simple = 'const { type, readyState, hasData, bubbles, cancelable } ='
const told = 'return { type, readyState, hasData, bubbles, cancelable }'

const LENIENT = { gives: null, because: "Chromium's URL takes a space in the name of a host" }

/** What the constructor takes, which URL comes of it, and what it refuses. */
export const CONSTRUCTOR: WptCase[] = [
  {
    wpt: 'eventsource-constructor-document-domain',
    it: 'opens on a page that has set its domain',
    run: `document.domain = document.domain; ${simple} await first('/message', 'open'); ${told}`,
    gives: opens,
  },
  {
    wpt: 'eventsource-constructor-empty-url',
    it: 'takes an empty URL as that of the page',
    run: `const source = new EventSource(''); source.close(); return source.url === location.href`,
    gives: true,
  },
  ...['ftp://example.not/', 'about:blank', 'mailto:whatwg@awesome.example', "javascript:alert('FAIL')"].map((url) => ({
    wpt: `eventsource-constructor-non-same-origin ${url}`,
    it: `closes at ${url}, which has no stream`,
    run: `${simple} await first(${JSON.stringify(url)}, 'error'); ${told}`,
    gives: { ...opens, type: 'error', readyState: 2 },
  })),
  {
    wpt: 'eventsource-constructor-stringify object',
    it: 'asks an object for its URL',
    run: `return (await first({ toString: () => '/message' }, 'open')).hasData`,
    gives: false,
  },
  ...['1', 'null', 'undefined'].map((value) => ({
    wpt: `eventsource-constructor-stringify ${value}`,
    it: `takes ${value} as a path`,
    run: `const source = new EventSource(${value}); source.close(); return source.url`,
    gives: `{page}/${value}`,
  })),
  {
    wpt: 'eventsource-constructor-url-bogus',
    it: 'throws a SyntaxError at what is no URL',
    run: `
      try { new EventSource('http://this is invalid/') }
      catch (error) { return [error instanceof DOMException, error.name, error.code] }`,
    gives: [true, 'SyntaxError', 12],
    native: LENIENT,
    emulated: LENIENT,
  },
  {
    wpt: 'eventsource-constructor-url-multi-window',
    it: 'resolves a URL by the window of the constructor',
    run: `
      const { EventSource } = await framed()
      const source = new EventSource('message')
      const opened = await new Promise((resolve) => (source.onopen = resolve))
      source.close()
      return [source.url, opened.bubbles, opened.cancelable, 'data' in opened]`,
    gives: ['{page}/frame/message', false, false, false],
  },
  {
    wpt: 'eventsource-url',
    it: 'tells its URL resolved',
    run: `const source = new EventSource('message'); source.close(); return source.url`,
    gives: '{page}/message',
  },
]
