/** EventTarget, to be extended also in a browser that does not let scripts construct one. */
export const ConstructibleEventTarget = isConstructible() ? EventTarget : overNode()

function isConstructible(): boolean {
  try {
    return new EventTarget() instanceof EventTarget
  } catch {
    return false
  }
}

// A node that is in no document is a real EventTarget; with another prototype nothing else is left of the node.
function overNode(): typeof EventTarget {
  function NodeTarget(): EventTarget {
    return Object.setPrototypeOf(document.createTextNode(''), new.target.prototype) as EventTarget
  }
  NodeTarget.prototype = EventTarget.prototype
  return NodeTarget as unknown as typeof EventTarget
}

type Handler = (event: Event) => unknown

/**
 * Defines the attribute `on<type>`: one listener that may be replaced, and takes its place among the others when it is
 * first set; WHATWG HTML, 8.1.8.1 (Event handlers).
 */
export function defineHandler(prototype: EventTarget, type: string): void {
  const handlers = new WeakMap<EventTarget, { handler: Handler; listener: Handler }>()

  function get(this: EventTarget): Handler | null {
    return handlers.get(this)?.handler ?? null
  }

  function set(this: EventTarget, value: unknown): void {
    const current = handlers.get(this)
    if (typeof value !== 'function') {
      if (current) this.removeEventListener(type, current.listener)
      handlers.delete(this)
    } else if (current) {
      current.handler = value as Handler
    } else {
      const added = { handler: value as Handler, listener: (event: Event) => added.handler.call(this, event) }
      handlers.set(this, added)
      this.addEventListener(type, added.listener)
    }
  }

  Object.defineProperty(prototype, `on${type}`, { get, set, enumerable: true, configurable: true })
}
