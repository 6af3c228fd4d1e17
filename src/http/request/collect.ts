import { constants } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliDecompress, unzip, type BrotliOptions, type InputType, type ZlibOptions } from 'node:zlib'
import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import type { HeldBytes } from '../limits/held-bytes.ts'

/** Bodies with a Content-Length of up to this are not collected here: they have too few chunks to waste much memory. */
const SMALL_BYTES = 8 * 1024
/** Initial size of the buffer. */
const FIRST_BYTES = 16 * 1024

type Inflate = (bytes: InputType, options: ZlibOptions & BrotliOptions) => Promise<Buffer>

const ENCODINGS = new Map<string, Inflate>([
  ['gzip', promisify(unzip)],
  ['deflate', promisify(unzip)],
  ['br', promisify(brotliDecompress)],
])

/** A stream of the body that the body parser reads in place of the request. */
export type Source = Readable & { headers: IncomingMessage['headers'] }

/**
 * Reads the whole body and decompresses it; resolves with undefined for a small one, which the parser can read
 * directly. Collects it in one buffer, because a string joined from a thousand chunks takes thirty times its length,
 * and counts that buffer in `held` until done. Rejects with the Refusals `too_large`, `unsupported_type`,
 * `address_full`, and `bad_request` for a body that is cut off or wrongly encoded.
 */
export async function collect(ctx: Context, mostBytes: number, held: HeldBytes): Promise<Source | undefined> {
  const encoding = ctx.get('Content-Encoding').trim().toLowerCase()
  const isPlain = encoding === '' || encoding === 'identity'
  const inflate = ENCODINGS.get(encoding)
  if (!isPlain && !inflate) throw new Refusal('unsupported_type')
  // Without Content-Length there is either no body, or a chunked one of unknown length.
  const length = Number(ctx.get('Content-Length') || (ctx.get('Transfer-Encoding') === '' ? 0 : NaN))
  if (length > mostBytes) throw new Refusal('too_large')
  if (isPlain && length <= SMALL_BYTES) return undefined
  const bytes = await readAll(ctx, mostBytes, held)
  const body = inflate ? await inflated(inflate, bytes, mostBytes) : bytes
  const headers = { ...ctx.headers, 'content-encoding': undefined, 'content-length': String(body.length) }
  return Object.assign(Readable.from([body]), { headers })
}

function readAll({ req, ip }: Context, mostBytes: number, held: HeldBytes): Promise<Buffer> {
  const releases: (() => void)[] = []
  let buffer = Buffer.alloc(0)
  let length = 0

  /** Grows the buffer to at least `wanted` bytes, and at least doubles it, so that it is copied only a few times. */
  function reserve(wanted: number): void {
    if (wanted > mostBytes) throw new Refusal('too_large')
    const size = Math.min(Math.max(wanted, buffer.length * 2, FIRST_BYTES), Math.max(mostBytes, wanted))
    releases.push(held.hold(ip, size - buffer.length))
    const larger = Buffer.allocUnsafeSlow(size)
    buffer.copy(larger, 0, 0, length)
    buffer = larger
  }

  const read = new Promise<void>((resolve, reject) => {
    req.on('data', (piece: Buffer) => {
      try {
        if (length + piece.length > buffer.length) reserve(length + piece.length)
        length += piece.copy(buffer, length)
      } catch (error) {
        reject(error)
      }
    })
    req.once('end', resolve)
    for (const event of ['error', 'aborted', 'close']) req.once(event, () => reject(new Refusal('bad_request')))
  })
  return read
    .then(() => buffer.subarray(0, length))
    .finally(() => {
      // Read and drop the rest of a body that was refused.
      req.removeAllListeners('data').resume()
      for (const release of releases) release()
    })
}

async function inflated(inflate: Inflate, bytes: Buffer, mostBytes: number): Promise<Buffer> {
  try {
    return await inflate(bytes, { maxOutputLength: Math.min(mostBytes, constants.MAX_LENGTH) })
  } catch (error) {
    throw new Refusal((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too_large' : 'bad_request')
  }
}
