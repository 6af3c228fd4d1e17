import { beyond, openHandles, sum, type Handles } from './open-handles.ts'

let kept: Handles = new Map()
const closing: (() => Promise<void>)[] = []

/** The handles of all that is shared now. */
export function sharedHandles(): Handles {
  return kept
}

/**
 * Returns a function that opens something when it is first called, and gives the same to all suites of this process. It may stay
 * open when a suite ends; `closeShared` closes it.
 */
export function share<T>(open: () => Promise<T>, close: (opened: T) => Promise<void>): () => Promise<T> {
  let opened: Promise<T> | undefined
  const openOnce = async () => {
    const before = openHandles()
    const it = await open()
    kept = sum(kept, beyond(openHandles(), before))
    closing.push(async () => {
      opened = undefined
      await close(it)
    })
    return it
  }
  return () => (opened ??= openOnce())
}

/** Closes everything that is shared. */
export async function closeShared(): Promise<void> {
  kept = new Map()
  for (const close of closing.splice(0)) await close()
}
