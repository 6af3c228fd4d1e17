import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../chat/refusal.ts'

/** How often one address may do something. */
export interface Rate {
  count: number
  seconds: number
}

/** Counts what each address does; what is over the rate is refused as `too_fast`, with the time to wait. */
export class AddressLimit {
  readonly #limiter: RateLimiterMemory

  constructor({ count, seconds }: Rate) {
    this.#limiter = new RateLimiterMemory({ points: count, duration: seconds })
  }

  async spend(address: string): Promise<void> {
    try {
      await this.#limiter.consume(countedAs(address))
    } catch (over) {
      if (!(over instanceof RateLimiterRes)) throw over
      throw new Refusal('too_fast', Math.ceil(over.msBeforeNext / 1000))
    }
  }
}

/** One subscriber has a whole /64 of IPv6, so that counts as one address; IPv4 within IPv6 counts as IPv4. */
export function countedAs(address: string): string {
  if (!ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  return ip.kind() === 'ipv6' ? ip.toByteArray().slice(0, 8).join('.') : ip.toString()
}
