import type { IncomingMessage } from 'node:http'
import type { HeldBytes } from '../http/limits/held-bytes.ts'
import type { Trust } from '../http/request/proxies.ts'

/** Counts bytes for the client at an address, until the returned function is called; undefined when it has too many. */
export type Hold = (address: string | undefined, bytes: number) => (() => void) | undefined

/** What Node keeps for any request and its answer. */
const REQUEST_BYTES = 4096
/** What it reads of a body before somebody asks for it. */
const BODY_BYTES = 16 * 1024

/** Counts in `held`; nothing for a trusted proxy, whose address is that of many clients. */
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

/** The bytes that a request holds while nobody has read its body. */
export function costOf({ headers, rawHeaders, url = '' }: IncomingMessage): number {
  const length = Number(headers['content-length'] ?? (headers['transfer-encoding'] === undefined ? 0 : BODY_BYTES))
  return rawHeaders.reduce((sum, text) => sum + text.length, REQUEST_BYTES + url.length + Math.min(length, BODY_BYTES))
}
