import type { IncomingMessage } from 'node:http'
import type { HeldBytes } from '../http/limits/held-bytes.ts'
import type { Trust } from '../http/request/proxies.ts'

/**
 * Counts bytes for an address until the returned function is called. Returns undefined when the address holds too many.
 */
export type Hold = (address: string | undefined, bytes: number) => (() => void) | undefined

/** Bytes of memory that Node uses for any request and its answer. */
const REQUEST_BYTES = 4096
/** Bytes of a body that Node reads before the app asks for it. */
const BODY_BYTES = 16 * 1024

/**
 * A `Hold` that counts in `held`. It does not count trusted proxies, since one address then stands for many clients.
 */
export function holdIn(held: HeldBytes, trusts: Trust = () => false): Hold {
  return function hold(address, bytes) {
    if (address === undefined || trusts(address)) return () => {}
    try {
      return held.hold(address, bytes)
    } catch {
      return undefined
    }
  }
}

/** How many bytes of memory a request uses while its body is unread. */
export function costOf({ headers, rawHeaders, url = '' }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : BODY_BYTES))
  return rawHeaders.reduce((sum, text) => sum + text.length, REQUEST_BYTES + url.length + Math.min(length, BODY_BYTES))
}
