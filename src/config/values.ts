import type { CertificateFiles } from '../certificate.ts'
import { parseRoomName } from '../chat/room-name.ts'
import { parseTrust, type Trust } from '../http/proxies.ts'

/** Why the options make no sense, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** A whole number from `least` to `most`. Throws ConfigError, as all of these do. */
export function parseInteger(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  throw new ConfigError(`${name} must be ${least} to ${most}, got ${JSON.stringify(text)}`)
}

export function oneOf<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === text)
  if (choice !== undefined) return choice
  throw new ConfigError(`${name} must be ${choices.join(' or ')}, got ${JSON.stringify(text)}`)
}

/** A room in canonical form. */
export function parseRoom(text: string): string {
  const room = parseRoomName(text)
  if (room !== undefined) return room
  throw new ConfigError(`room must be 1 to 64 letters, digits, - or _, got ${JSON.stringify(text)}`)
}

export function parseOrigin(text: string): string {
  const origin = text.trim()
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
  throw new ConfigError(`cors-origin must be like https://example.org, got ${JSON.stringify(origin)}`)
}

export function parseProxies(text: string): Trust | undefined {
  try {
    return parseTrust(text)
  } catch {
    throw new ConfigError(`trust-proxy must be addresses, CIDRs or loopback, got ${JSON.stringify(text)}`)
  }
}

/** Undefined when neither file is named. */
export function parseTls(cert: string, key: string): CertificateFiles | undefined {
  if (cert === '' && key === '') return undefined
  if (cert === '' || key === '') throw new ConfigError('tls-cert and tls-key are needed together')
  return { cert, key }
}
