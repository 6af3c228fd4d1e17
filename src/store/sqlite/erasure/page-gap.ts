/** The size of the header of each kind of b-tree page, by its first byte. */
const HEADER_BYTES = new Map([
  [2, 12],
  [5, 12],
  [10, 8],
  [13, 8],
])
/** Page 1 begins with the header of the file. */
const FILE_HEADER_BYTES = 100

const ZEROS = Buffer.alloc(65536)

/** Bytes `start` to before `end` of a page. */
export interface Gap {
  start: number
  end: number
}

/**
 * The unallocated bytes of a b-tree page, between its cell pointers and its cells (SQLite's file format, 1.6), when any of
 * them is not zero. SQLite leaves copies of cells there that it has moved to another page. `number` counts pages from 1.
 */
export function dirtyGap(page: Buffer, number: number): Gap | undefined {
  const header = number === 1 ? FILE_HEADER_BYTES : 0
  const headerBytes = HEADER_BYTES.get(page[header]!)
  if (headerBytes === undefined) return undefined
  const start = header + headerBytes + 2 * page.readUInt16BE(header + 3)
  const end = page.readUInt16BE(header + 5)
  if (start >= end || end > page.length) return undefined
  return page.compare(ZEROS, 0, end - start, start, end) === 0 ? undefined : { start, end }
}
