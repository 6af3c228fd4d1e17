import { createHook, executionAsyncId } from 'node:async_hooks'

interface Origin {
  kind: string
  stack: string
  resource: WeakRef<object>
}

const KEEP_ALIVE = /^(Timeout|Immediate|HTTP2SESSION|\w+WRAP)$/
const NOT_OURS = /node:|node_modules\/mocha|test\/support\/run\//
const origins = new Map<number, Origin>()

/** Notes from now on where handles are opened. It takes time, so it is for who looks for one that is left open. */
export function noteOrigins(): void {
  Error.stackTraceLimit = 30
  createHook({
    init(id, kind, _, resource) {
      const lines = new Error().stack!.split('\n').slice(1)
      const own = lines.filter((line) => !NOT_OURS.test(line)).join('\n')
      // Node opens some handles a turn later than it was asked to.
      const stack = own || (origins.get(executionAsyncId())?.stack ?? '')
      if (stack !== '') origins.set(id, { kind, stack, resource: new WeakRef(resource) })
    },
    destroy: (id) => void origins.delete(id),
  }).enable()
}

/** Where the handles were opened that keep this process alive, as text. */
export function openedAt(): string {
  const open = [...origins.values()].filter(
    ({ kind, resource }) => KEEP_ALIVE.test(kind) && isHolding(resource.deref()),
  )
  return open.map(({ kind, stack }) => `\n\n${kind} of\n${stack}`).join('')
}

function isHolding(resource: object | undefined): boolean {
  if (resource === undefined) return false
  return !('hasRef' in resource) || (resource as NodeJS.Timeout).hasRef()
}
