/** How many parts a cluster shares its keys out in. */
export const SLOTS = 16_384

/** The slot of a key, or of a sharded channel: CRC16 (XMODEM) of its hash tag, or of all of it (Redis Cluster specification). */
export function slotOf(key: string): number {
  const tag = /\{([^}]+)\}/.exec(key)?.[1] ?? key
  let crc = 0
  for (const byte of Buffer.from(tag)) {
    crc ^= byte << 8
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x80_00 ? (crc << 1) ^ 0x10_21 : crc << 1
  }
  return (crc & 0xff_ff) % SLOTS
}
