import { setTimeout as delay } from 'node:timers/promises'

/** Resolves once `condition` holds; rejects when it does not within `withinMs`, and says what was waited for. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  waitedFor: () => string = () => String(condition),
  withinMs = 30_000,
): Promise<void> {
  const deadline = Date.now() + withinMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited in vain for ${waitedFor()}`)
    await delay(5)
  }
}
