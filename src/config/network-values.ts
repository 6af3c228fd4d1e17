import type { CertificateFiles } from '../server/certificate.ts'
import { parseTrust, type Trust } from '../http/request/proxies.ts'
import { ConfigError } from './values.ts'

/** Origins with commas between. Throws ConfigError, as all of these do. */
export function parseOrigins(name: string, text: string): string[] {
  const origins = text.split(',').map((origin) => origin.trim())
  return origins.filter(Boolean).map((origin) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
    throw new ConfigError(`${name} must be like https://example.org, got ${JSON.stringify(origin)}`)
  })
}

/** The same, or `*` for any and `none` for none. */
export function parseEmbedOrigins(text: string): string[] {
  if (text === '*') return ['*']
  return text === 'none' ? [] : parseOrigins('embed-origin', text)
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

export function parseRedis(text: string): string {
  const url = text.trim()
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return url
  throw new ConfigError(`redis must be like redis://example.org:6379, got ${JSON.stringify(url)}`)
}
