import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { Refusal } from '../chat/refusal.ts'

/** How often something may be done. */
export interface Rate {
  count: number
  seconds: number
}

/** Counts what is done by each of many; what is over the rate is refused as `too_fast`, with the time to wait. */
export class RateLimit {
  readonly #limiter: RateLimiterMemory

  constructor({ count, seconds }: Rate) {
    this.#limiter = new RateLimiterMemory({ points: count, duration: seconds })
  }

  async spend(who: string): Promise<void> {
    try {
      await this.#limiter.consume(who)
    } catch (over) {
      if (!(over instanceof RateLimiterRes)) throw over
      throw new Refusal('too_fast', Math.ceil(over.msBeforeNext / 1000))
    }
  }
}

/** Counts what is done by each address. */
export class AddressLimit extends RateLimit {
  override spend(address: string): Promise<void> {
    return super.spend(countedAs(address))
  }
}

/** One subscriber has a whole /64 of IPv6, so that counts as one address; IPv4 within IPv6 counts as IPv4. */
export function countedAs(address: string): string {
  if (isIPv4(address) || !ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  return ip.kind() === 'ipv6' ? ip.toByteArray().slice(0, 8).join('.') : ip.toString()
}
