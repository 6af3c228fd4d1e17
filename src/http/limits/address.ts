import ipaddr from 'ipaddr.js'
import { isIPv4 } from 'node:net'

/**
 * The key under which limits count an address. All addresses of one IPv6 /64 share a key, because one subscriber gets a
 * whole /64. An IPv4-mapped IPv6 address has the key of its IPv4 address.
 */
export function countedAs(address: string): string {
  if (isIPv4(address) || !ipaddr.isValid(address)) return address
  const ip = ipaddr.process(address)
  return ip.kind() === 'ipv6' ? ip.toByteArray().slice(0, 8).join('.') : ip.toString()
}
