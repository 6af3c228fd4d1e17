/** One case of the folder `eventsource` of web-platform-tests (WPT), in our own code. */
export interface WptCase {
  /** The file of WPT without its extensions; with its variant if it has several. */
  wpt: string
  it: string
  /** The body of an async function that runs in the page. */
  run: string
  gives: unknown
  /** What is given instead of `gives`, and why. */
  native?: Difference
  emulated?: Difference
}

export interface Difference {
  gives: unknown
  because: string
}

/** A case that takes the data of the first messages of a stream with this body. */
export function reads(wpt: string, it: string, body: string, ...data: string[]): WptCase {
  const path = `/message?newline=none&message=${encodeURIComponent(body)}`
  return { wpt, it, run: `return data(await messages('${path}', ${data.length}))`, gives: data }
}

/** What the cases call in the page: each resolves with events, and closes the source that they came from. */
export const IN_THE_PAGE = `
  window.watch = (url, isEnough, init) => new Promise((resolve) => {
    const source = new EventSource(url, init)
    const seen = []
    const note = (event) => {
      const { type, data, lastEventId, origin, isTrusted, bubbles, cancelable } = event
      const { readyState } = source
      seen.push({ type, data, lastEventId, origin, isTrusted, bubbles, cancelable, readyState, hasData: 'data' in event })
      if (!isEnough(seen)) return
      source.close()
      resolve(seen)
    }
    for (const type of ['open', 'message', 'error', 'test', 'success', 'failure']) source.addEventListener(type, note)
  })
  window.first = async (url, type, init) => {
    const seen = await watch(url, (seen) => seen[seen.length - 1].type === type, init)
    return seen[seen.length - 1]
  }
  window.messages = async (url, count, init) => {
    const ofType = (seen) => seen.filter(({ type }) => type === 'message')
    return ofType(await watch(url, (seen) => ofType(seen).length === count, init))
  }
  window.data = (events) => events.map(({ data }) => data)
  window.ids = (events) => events.map(({ lastEventId }) => lastEventId)
  window.framed = () => new Promise((resolve) => {
    const frame = document.createElement('iframe')
    frame.src = '/frame/page'
    frame.onload = () => resolve(frame.contentWindow)
    document.body.append(frame)
  })
`
