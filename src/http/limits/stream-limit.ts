import type { Context } from 'koa'
import { Refusal } from '../../chat/refusal.ts'
import { countedAs } from './address.ts'
import type { Limits } from './limits.ts'

/** Seconds that somebody is to stay away when there is no place; each is told another time, so that not all come at once. */
const LEAST_AWAY = 5
const MOST_AWAY = 30

/**
 * Counts live streams and long polls, in all and by address. When it is full the newest is refused, as `full` or
 * `address_full`: to end another would only have its client come back.
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

  /** Counts an answer in, until it is given or its client has gone. */
  enter(ctx: Context): void {
    if (this.#most === Infinity && this.#mostPerAddress === Infinity) return
    // Without a connection, or with one that is closed already, nothing would ever count it out.
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
