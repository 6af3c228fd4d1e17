import type { WptCase } from '../case.ts'

/** The members and the events, as scripts see them. */
export const INTERFACE: WptCase[] = [
  {
    wpt: 'interfaces interface object',
    it: 'is a constructor of EventTargets that wants new',
    run: `
      const { enumerable, writable, configurable } = Object.getOwnPropertyDescriptor(window, 'EventSource')
      let thrown
      try { EventSource('/message') } catch (error) { thrown = error.name }
      return [
        [enumerable, writable, configurable], EventSource.length, EventSource.name, thrown,
        Object.getPrototypeOf(EventSource) === EventTarget, EventSource.prototype.constructor === EventSource,
      ]`,
    gives: [[false, true, true], 1, 'EventSource', 'TypeError', true, true],
  },
  {
    wpt: 'interfaces prototype object',
    it: 'calls itself EventSource',
    run: `
      const { value, enumerable, writable, configurable } =
        Object.getOwnPropertyDescriptor(EventSource.prototype, Symbol.toStringTag)
      return [value, enumerable, writable, configurable]`,
    gives: ['EventSource', false, false, true],
  },
  ...['url', 'withCredentials', 'readyState'].map((name) => ({
    wpt: `interfaces attribute ${name}`,
    it: `has ${name}, to be read only`,
    run: `
      const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(EventSource.prototype, '${name}')
      let thrown
      try { get.call({}) } catch (error) { thrown = error.name }
      return [typeof set, enumerable, configurable, thrown]`,
    gives: ['undefined', true, true, 'TypeError'],
  })),
  ...['CONNECTING', 'OPEN', 'CLOSED'].map((name, value) => ({
    wpt: `interfaces constant ${name}`,
    it: `has ${name} on itself and on its prototype`,
    run: `return [EventSource, EventSource.prototype].map((owner) => {
      const { value, writable, enumerable, configurable } = Object.getOwnPropertyDescriptor(owner, '${name}')
      return [value, writable, enumerable, configurable]
    })`,
    gives: [
      [value, false, true, false],
      [value, false, true, false],
    ],
  })),
  ...['onopen', 'onmessage', 'onerror'].map((name) => ({
    wpt: `interfaces attribute ${name}`,
    it: `has ${name}, for a function or null`,
    run: `
      const { get, set, enumerable, configurable } = Object.getOwnPropertyDescriptor(EventSource.prototype, '${name}')
      const source = new EventSource('/message')
      source.close()
      const before = source.${name}
      source.${name} = 'no function'
      const between = source.${name}
      source.${name} = String
      return [typeof get, typeof set, enumerable, configurable, before, between, source.${name} === String]`,
    gives: ['function', 'function', true, true, null, null, true],
  })),
  {
    wpt: 'interfaces operation close',
    it: 'has a method close',
    run: `
      const { value, enumerable, writable, configurable } =
        Object.getOwnPropertyDescriptor(EventSource.prototype, 'close')
      return [typeof value, value.length, enumerable, writable, configurable]`,
    gives: ['function', 0, true, true, true],
  },
  {
    wpt: 'interfaces dictionary',
    it: 'takes null for its options, and anything for withCredentials',
    run: `return [null, undefined, {}, { withCredentials: 1 }, { withCredentials: null }].map((init) => {
      const source = new EventSource('/message', init)
      source.close()
      return source.withCredentials
    })`,
    gives: [false, false, false, true, false],
  },
  {
    wpt: 'eventsource-prototype',
    it: 'lets a page add to its prototype',
    run: `
      EventSource.prototype.added = () => 'added'
      const source = new EventSource('/message')
      source.close()
      return [source.added(), Object.hasOwn(window, 'EventSource')]`,
    gives: ['added', true],
  },
  {
    wpt: 'eventsource-eventtarget',
    it: 'calls a listener',
    run: `return (await first('/message', 'message')).data`,
    gives: 'data',
  },
  {
    wpt: 'eventsource-onmessage',
    it: 'calls onmessage with a MessageEvent',
    run: `
      const source = new EventSource('/message')
      const event = await new Promise((resolve) => (source.onmessage = resolve))
      source.close()
      return [event.data, event.origin, event instanceof MessageEvent, event.bubbles, event.cancelable]`,
    gives: ['data', '{page}', true, false, false],
  },
  {
    wpt: 'eventsource-onmessage-realm',
    it: 'makes events of the window of the constructor',
    run: `
      const frame = await framed()
      const source = new frame.EventSource('message')
      const event = await new Promise((resolve) => (source.onmessage = resolve))
      source.close()
      return event.constructor === frame.MessageEvent`,
    gives: true,
  },
  {
    wpt: 'eventsource-onmessage-trusted',
    it: 'sends events that are trusted',
    run: `return (await first('/message', 'message')).isTrusted`,
    gives: true,
    emulated: { gives: false, because: 'no event that a script makes is trusted' },
  },
  {
    wpt: 'eventsource-onopen',
    it: 'announces that it is open',
    run: `
      const source = new EventSource('/message')
      const event = await new Promise((resolve) => (source.onopen = resolve))
      const { readyState } = source
      source.close()
      return [readyState, 'data' in event, event.bubbles, event.cancelable]`,
    gives: [1, false, false, false],
  },
]
