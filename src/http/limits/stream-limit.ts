import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { countedAs } from './address.ts'
import type { Limits } from './limits.ts'

/**
 * The range of `Retry-After`, in seconds. Each refused client gets a random time, so that they do not all come at once.
 */
const LEAST_AWAY = 5
const MOST_AWAY = 30

/**
 * Counts event streams and waiting long polls, in all and by address. At the limit it refuses the new one: ending an
 * older one would not help, because its client would reconnect.
 */
export class StreamLimit {
  readonly #most: number
  readonly #mostPerAddress: number
  readonly #byAddress = new Map<string, number>()
  #count = 0

  constructor({ streams = Infinity, streamsPerAddress = Infinity }: Limits) {
    this.#most = streams
    this.#mostPerAddress = streamsPerAddress
  }

  /** Counts this request until its response closes. Throws the Refusals `full` and `address_full`. */
  enter(ctx: Context): void {
    if (this.#most === Infinity && this.#mostPerAddress === Infinity) return
    // Without an open connection there is no later `close` event, so the count would never go down again.
    if (!ctx.res.socket || !ctx.writable) throw new Refusal('bad_request')
    if (this.#count >= this.#most) throw new Refusal('full', secondsAway())
    const address = countedAs(ctx.ip)
    const here = this.#byAddress.get(address) ?? 0
    if (here >= this.#mostPerAddress) throw new Refusal('address_full', secondsAway())
    this.#count++
    this.#byAddress.set(address, here + 1)
    ctx.res.once('close', () => this.#leave(address))
  }

  #leave(address: string): void {
    this.#count--
    const left = this.#byAddress.get(address)! - 1
    if (left > 0) this.#byAddress.set(address, left)
    else this.#byAddress.delete(address)
  }
}

function secondsAway(): number {
  return LEAST_AWAY + Math.floor(Math.random() * (MOST_AWAY - LEAST_AWAY))
}
