import { joinFrames, type Chunk } from './chunk.ts'
import type { Frame } from './frame.ts'

/** Consecutive frames joined into one chunk, written to a stream in one piece. */
export interface Block extends Chunk {
  /** The number of its last entry, or of the one before it. */
  last: number
}

/** A block of a broadcast: entries and passing frames, in the order in which they came. */
export interface MixedBlock extends Block {
  /** How many passing frames the channel has sent with it. */
  passed: number
}

/** A frame that waits for its broadcast. */
export interface Waiting {
  frame: Frame
  isEntry: boolean
}

/** A block is no longer than this unless a single frame is: what one write may leave waiting in a slow stream. */
export const BLOCK_BYTES = 16 * 1024

/** Joins what waits into blocks; `last` and `passed` count what was sent before. */
export function joinMixed(waiting: Iterable<Waiting>, last: number, passed: number): MixedBlock[] {
  const blocks: MixedBlock[] = []
  let frames: Frame[] = []
  let length = 0
  const close = () => {
    if (frames.length > 0) blocks.push({ ...joinFrames(frames, length), last, passed })
    frames = []
    length = 0
  }
  for (const { frame, isEntry } of waiting) {
    if (length + frame.length > BLOCK_BYTES) close()
    frames.push(frame)
    length += frame.length
    if (isEntry) last++
    else passed++
  }
  close()
  return blocks
}

/** Joins frames from `start` to before `end` until the block is full; at least one. `after` is the entry before them. */
export function joinEntries(frames: Frame[], start: number, end: number, after: number): Block {
  let length = 0
  let stop = start
  while (stop < end) {
    const more = frames[stop]!.length
    if (stop > start && length + more > BLOCK_BYTES) break
    length += more
    stop++
  }
  return { ...joinFrames(frames.slice(start, stop), length), last: after + stop - start }
}
