import type { Frame } from './frame.ts'

/** Bytes of an event stream, and the same bytes as one chunk of HTTP/1.1 (RFC 9112, section 7.1), in one piece of memory. */
export interface Chunk {
  readonly bytes: Frame
  /** The bytes between their length and the line break that ends a chunk. */
  readonly wrapped: Buffer
}

const LINE_BREAK = '\r\n'

/** Joins frames of `length` bytes in all, so that any number of streams can be sent them without another copy. */
export function joinFrames(frames: readonly Frame[], length: number): Chunk {
  const size = length.toString(16) + LINE_BREAK
  const wrapped = Buffer.allocUnsafe(size.length + length + LINE_BREAK.length)
  let end = wrapped.write(size, 'latin1')
  for (const frame of frames) {
    wrapped.set(frame, end)
    end += frame.length
  }
  wrapped.write(LINE_BREAK, end, 'latin1')
  return { bytes: wrapped.subarray(size.length, end), wrapped }
}

/** One frame as a chunk of HTTP/1.1. */
export function wrap(frame: Frame): Buffer {
  return joinFrames([frame], frame.length).wrapped
}
