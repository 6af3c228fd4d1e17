import ipaddr from 'ipaddr.js'
import { isIPv4 } from 'node:net'

/** One subscriber has a whole /64 of IPv6, so that counts as one address; IPv4 within IPv6 counts as IPv4. */
export function countedAs(address: string): string {
  if (isIPv4(address) || !ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  return ip.kind() === 'ipv6' ? ip.toByteArray().slice(0, 8).join('.') : ip.toString()
}
