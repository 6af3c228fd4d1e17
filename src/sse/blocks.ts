import { joinFrames, type Chunk } from './chunk.ts'
import type { Frame } from './frame.ts'

/** Consecutive frames, joined so that one write sends them all. */
export interface Block extends Chunk {
  /** The number of the last entry in the block; if the block has no entries, of the last entry before it. */
  last: number
}

/** A block of a broadcast: entries and passing frames, in the order in which the channel received them. */
export interface MixedBlock extends Block {
  /** How many passing frames the channel has sent in all, including those in this block. */
  passed: number
}

/** A frame that the channel has not broadcast yet. */
export interface Waiting {
  frame: Frame
  isEntry: boolean
}

/**
 * The largest block, unless one frame alone is larger. It limits how much one write can add to a slow stream's buffer.
 */
export const BLOCK_BYTES = 16 * 1024

/**
 * Joins the waiting frames into blocks. `last` is the number of the last entry sent before them, `passed` the number of
 * passing frames sent before them.
 */
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

/**
 * Joins `frames[start]` up to, not including, `frames[end]` until the block is full; it joins at least one. `after` is
 * the number of the entry before `frames[start]`.
 */
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
