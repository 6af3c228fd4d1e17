import { encode, type Frame, type Source } from '../../../src/sse/index.ts'

/** An entry as it is sent: its number as the id, and as many bytes as are wanted. */
export function entry(number: number, bytes = 0): Frame {
  return encode({ id: String(number), data: 'x'.repeat(bytes) })
}

export function entries(from: number, to: number, bytes = 0): Frame[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => entry(from + index, bytes))
}

/** The numbers of the entries in a stream's text, as they came. */
export function numbersIn(text: string): number[] {
  return Array.from(text.matchAll(/^id: (\d+)$/gm), ([, number]) => Number(number))
}

export function range(from: number, to: number): number[] {
  return Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => from + index)
}

/** A log in memory: entries 1, 2, 3, … of which the oldest may be forgotten. It counts what is read. */
export class Log implements Source {
  frames: Frame[] = []
  /** The number of the oldest entry that is kept. */
  first = 1
  /** Every `after` that was asked for. */
  reads: number[] = []

  constructor(head = 0, bytes = 0) {
    this.frames = entries(1, head, bytes)
  }

  async read(after: number, limit: number): Promise<Frame[]> {
    this.reads.push(after)
    await Promise.resolve()
    return this.slice(after, limit)
  }

  slice(after: number, limit: number): Frame[] {
    return after + 1 < this.first ? [] : this.frames.slice(after, after + limit)
  }
}
