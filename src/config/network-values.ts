import type { CertificateFiles } from '../server/certificate.ts'
import { allowHosts, isLoopback, parseHost, type AllowedHosts } from '../http/request/hosts.ts'
import { parseTrust, type Trust } from '../http/request/proxies.ts'
import { ConfigError } from './values.ts'

/** Parses comma-separated origins. Throws ConfigError, as do all functions here. */
export function parseOrigins(name: string, text: string): string[] {
  const origins = text.split(',').map((origin) => origin.trim())
  return origins.filter(Boolean).map((origin) => {
    if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
    throw new ConfigError(`${name} must be like https://example.org, got ${JSON.stringify(origin)}`)
  })
}

/** The same, or `*` for any origin, or `none`. */
export function parseEmbedOrigins(text: string): string[] {
  if (text === '*') return ['*']
  return text === 'none' ? [] : parseOrigins('embed-origin', text)
}

/**
 * Parses comma-separated host names, or `*` for any. The default for an empty text: a server on a loopback address
 * without a proxy allows none, besides addresses and localhost; any other server allows all.
 */
export function parseAllowedHosts(text: string, address: string, isProxied: boolean): AllowedHosts | undefined {
  if (text === '*') return undefined
  if (text === '') return isLoopback(address) && !isProxied ? allowHosts([]) : undefined
  return allowHosts(
    text.split(',').map((name) => {
      const host = name.includes(':') ? undefined : parseHost(name.trim())
      if (host !== undefined) return host
      throw new ConfigError(`allowed-hosts must be names like chat.example.org, got ${JSON.stringify(name)}`)
    }),
  )
}

/** Parses a list of trusted proxies; undefined when it is empty. */
export function parseProxies(text: string): Trust | undefined {
  try {
    return parseTrust(text)
  } catch {
    throw new ConfigError(`trust-proxy must be addresses, CIDRs or loopback, got ${JSON.stringify(text)}`)
  }
}

/** The two files of TLS; undefined when neither is given. */
export function parseTls(cert: string, key: string): CertificateFiles | undefined {
  if (cert === '' && key === '') return undefined
  if (cert === '' || key === '') throw new ConfigError('tls-cert and tls-key must be given together')
  return { cert, key }
}

/** Checks the URL of one Redis server. */
export function parseRedis(text: string): string {
  const url = text.trim()
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return url
  throw new ConfigError(`redis must be like redis://example.org:6379, got ${JSON.stringify(url)}`)
}
