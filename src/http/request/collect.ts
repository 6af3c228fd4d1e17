import { constants } from 'node:buffer'
import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import { promisify } from 'node:util'
import { brotliDecompress, unzip, type BrotliOptions, type InputType, type ZlibOptions } from 'node:zlib'
import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import type { HeldBytes } from '../limits/held-bytes.ts'

/** A body that says it is no longer may be parsed as it comes: its pieces are too few to cost more than they hold. */
const SMALL_BYTES = 8 * 1024
const FIRST_BYTES = 16 * 1024

type Inflate = (bytes: InputType, options: ZlibOptions & BrotliOptions) => Promise<Buffer>

const ENCODINGS = new Map<string, Inflate>([
  ['gzip', promisify(unzip)],
  ['deflate', promisify(unzip)],
  ['br', promisify(brotliDecompress)],
])

/** What the parser of a body reads in place of the request. */
export type Source = Readable & { headers: IncomingMessage['headers'] }

/**
 * The body, decompressed, once all of it has come; undefined for a small one, which may be read as it comes. It is collected
 * in one buffer, as a string of a thousand pieces takes thirty times its length, and counted in `held` meanwhile. Rejects
 * with the Refusals `too_large`, `unsupported_type`, `address_full`, and `bad_request` for what is broken off or wrongly encoded.
 */
export async function collect(ctx: Context, mostBytes: number, held: HeldBytes): Promise<Source | undefined> {
  const encoding = ctx.get('Content-Encoding').trim().toLowerCase()
  const isPlain = encoding === '' || encoding === 'identity'
  const inflate = ENCODINGS.get(encoding)
  if (!isPlain && !inflate) throw new Refusal('unsupported_type')
  // Without a length there is no body, or one whose end comes some time.
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

  /** Makes room for so many bytes; twice as many as before at the least, so that few copies are made. */
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
      // The rest of what is refused is read and dropped.
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
