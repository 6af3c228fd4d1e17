import type { Frame } from './frame.ts'

/** Throws TypeError unless it is a frame. Check frames on arrival: an error in a broadcast would end the process. */
export function checkFrame(value: unknown, what: string): asserts value is Frame {
  if (!Buffer.isBuffer(value))
    throw new TypeError(`${what} must be a frame (a Buffer, as of encode), got ${shown(value)}`)
}

/** Copies an iterable of frames into an array. Throws TypeError unless every item is a frame. */
export function framesOf(values: unknown, what: string): Frame[] {
  if (Buffer.isBuffer(values) || !isIterable(values)) {
    throw new TypeError(`${what} must be an array of frames, got ${shown(values)}`)
  }
  const frames = Array.from(values)
  for (const frame of frames) checkFrame(frame, `each of ${what}`)
  return frames as Frame[]
}

/** Throws RangeError unless it is 0, 1, 2, 3, … */
export function checkNumber(value: unknown, what: string): void {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return
  throw new RangeError(`${what} must be a whole number from 0 on, got ${shown(value)}`)
}

/** Throws RangeError unless it is a number above 0 and at most `most`. */
export function checkMilliseconds(value: unknown, what: string, most: number): void {
  if (typeof value === 'number' && value > 0 && value <= most) return
  throw new RangeError(`${what} must be milliseconds above 0 and up to ${most}, got ${shown(value)}`)
}

/** Throws TypeError unless it is a function. */
export function checkFunction(value: unknown, what: string): void {
  if (typeof value !== 'function') throw new TypeError(`${what} must be a function, got ${shown(value)}`)
}

/** Describes any value briefly enough for an error message. */
function shown(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 100))
  if (typeof value === 'object' && value !== null) return `an object of ${value.constructor?.name ?? 'no class'}`
  return typeof value === 'function' ? 'a function' : String(value)
}

function isIterable(value: unknown): value is Iterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value
}
