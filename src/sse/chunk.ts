import type { Frame } from './frame.ts'

/**
 * Bytes of an event stream, plain and as one chunk of HTTP/1.1 (RFC 9112, section 7.1). Both views share one buffer.
 */
export interface Chunk {
  readonly bytes: Frame
  /** The whole chunk: the length, a line break, `bytes`, a line break. */
  readonly wrapped: Buffer
}

const LINE_BREAK = '\r\n'

/**
 * Copies frames, `length` bytes in total, into one chunk. Any number of streams can send it without copying it again.
 */
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

/** Returns one frame as a chunk of HTTP/1.1. */
export function wrap(frame: Frame): Buffer {
  return joinFrames([frame], frame.length).wrapped
}
