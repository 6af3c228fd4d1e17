import type { CertificateFiles } from '../server/certificate.ts'
import { allowHosts, isLoopback, parseHost, type AllowedHosts } from '../http/request/hosts.ts'
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

/**
 * Names of hosts with commas between, or `*` for any. By default a server that only this machine can reach allows none; one
 * that others can, by themselves or through a proxy, allows any.
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
