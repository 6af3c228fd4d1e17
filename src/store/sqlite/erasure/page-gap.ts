/** Bytes of a b-tree page's header, by the page's first byte (its type). */
const HEADER_BYTES = new Map([
  [2, 12],
  [5, 12],
  [10, 8],
  [13, 8],
])
/** Page 1 begins with the header of the file, before its own. */
const FILE_HEADER_BYTES = 100

const ZEROS = Buffer.alloc(65536)

/** The bytes of a page from `start` up to, but not including, `end`. */
export interface Gap {
  start: number
  end: number
}

/**
 * The unallocated bytes of a b-tree page, between its cell pointers and its cells (SQLite's file format, 1.6);
 * undefined when all are zero. When SQLite moves cells to another page, it leaves copies there. `number` counts pages
 * from 1.
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
