/** An EventTarget that classes can extend, even in browsers where `new EventTarget()` throws. */
export const ConstructibleEventTarget = isConstructible() ? EventTarget : overNode()

function isConstructible(): boolean {
  try {
    return new EventTarget() instanceof EventTarget
  } catch {
    return false
  }
}

// A detached node is a real EventTarget. Replacing its prototype hides everything else of the node.
function overNode(): typeof EventTarget {
  function NodeTarget(): EventTarget {
    return Object.setPrototypeOf(document.createTextNode(''), new.target.prototype) as EventTarget
  }
  NodeTarget.prototype = EventTarget.prototype
  return NodeTarget as unknown as typeof EventTarget
}

type Handler = (event: Event) => unknown

/**
 * Defines the event handler attribute `on<type>`: one listener that can be replaced, and that keeps the position among
 * the listeners at which it was first set; WHATWG HTML, 8.1.8.1 (Event handlers).
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
