import { LANGUAGES, type Language } from '../chat/format/language.ts'
import type { CertificateFiles } from '../server/certificate.ts'
import { parseCommandLine } from './command-line.ts'
import { NO_LIMITS, readLimits, type AllLimits } from './read-limits.ts'
import { OPTIONS, type OptionName } from './options.ts'
import {
  parseAllowedHosts,
  parseEmbedOrigins,
  parseOrigins,
  parseProxies,
  parseRedis,
  parseTls,
} from './network-values.ts'
import { ConfigError, oneOf, parseInteger, parseMetrics, parseRoom } from './values.ts'
import type { AllowedHosts } from '../http/request/hosts.ts'
import type { Trust } from '../http/request/proxies.ts'

/** The settings of a process, checked and in the units that the code uses. */
export interface Config extends Readonly<AllLimits> {
  readonly port: number
  readonly host: string | undefined
  /** Undefined for plain HTTP. */
  readonly tls: CertificateFiles | undefined
  /** A directory, or `:memory:`. */
  readonly data: string
  /**
   * URLs of one Redis, or of some servers of one Redis Cluster, which replaces `data`; empty for the embedded store.
   */
  readonly redis: readonly string[]
  /** How many Redis replicas must confirm an entry before its post is answered. */
  readonly redisReplicas: number
  readonly language: Language
  readonly nameLifetimeMs: number
  readonly replayLimit: number
  readonly replayBytes: number
  /** Whether a client without a session may post. */
  readonly guests: boolean
  /** Milliseconds within which the server must stop. */
  readonly drainMs: number
  /** Origins, besides our own, whose pages may read and post here. */
  readonly corsOrigins: readonly string[]
  /** Origins whose pages may embed a room in a frame; `*` for any. */
  readonly embedOrigins: readonly string[]
  /** The hosts for which the server answers requests; undefined for any. */
  readonly allowedHosts: AllowedHosts | undefined
  /** The proxies whose `X-Forwarded-*` headers count; undefined for none. */
  readonly trustProxy: Trust | undefined
  /** Whether `/metrics` answers; a number is the separate port on which it does. */
  readonly metrics: 'on' | 'off' | number
  /** Whether each request gets a line in the log. */
  readonly logRequests: boolean
  /** Milliseconds for which entries are kept; undefined for ever. */
  readonly keepMs: number | undefined
  /** How many entries a room keeps; undefined for all. */
  readonly keepEntries: number | undefined
  /** The room into which `import` writes, in canonical form; undefined for the room from which the export was made. */
  readonly room: string | undefined
  /** The command to run with `file`; undefined to serve. */
  readonly command: 'backup' | 'restore' | 'import' | undefined
  readonly file: string
  readonly help: boolean
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Reads the options: flags first, then the environment. Throws ConfigError. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): Config {
  const { flags, command, file } = parseCommandLine(args)
  const text = (name: OptionName) => flags[name] ?? (env[OPTIONS[name].env] || OPTIONS[name].fallback)
  const integer = (name: OptionName, least: number, most: number) => parseInteger(name, text(name), least, most)
  const optional = (name: OptionName, most: number) => (text(name) === '' ? undefined : integer(name, 1, most))
  const hasLimits = oneOf('limits', text('limits'), ['on', 'off']) === 'on'
  const keepDays = optional('keep-days', 36_500)
  const redis = text('redis').split(',').filter(Boolean).map(parseRedis)
  if (redis.length > 0 && (command === 'backup' || command === 'restore'))
    throw new ConfigError(`${command} is for the embedded store only; use the backups of Redis`)

  return {
    port: integer('port', 0, 65_535),
    host: text('host') || undefined,
    tls: parseTls(text('tls-cert'), text('tls-key')),
    data: text('data'),
    redis,
    redisReplicas: integer('redis-replicas', 0, 9),
    language: oneOf('lang', text('lang'), LANGUAGES),
    nameLifetimeMs: integer('name-ttl', 1, 36_500) * DAY_MS,
    replayLimit: integer('replay-limit', 0, 1_000_000),
    replayBytes: integer('replay-bytes', 0, 999_999_999),
    guests: oneOf('guests', text('guests'), ['on', 'off']) === 'on',
    ...(hasLimits ? readLimits(integer) : NO_LIMITS),
    drainMs: integer('drain-seconds', 1, 3600) * 1000,
    corsOrigins: parseOrigins('cors-origin', text('cors-origin')),
    embedOrigins: parseEmbedOrigins(text('embed-origin')),
    allowedHosts: parseAllowedHosts(text('allowed-hosts'), text('host'), text('trust-proxy') !== ''),
    trustProxy: parseProxies(text('trust-proxy')),
    metrics: parseMetrics(text('metrics')),
    logRequests: oneOf('log-requests', text('log-requests'), ['on', 'off']) === 'on',
    keepMs: keepDays && keepDays * DAY_MS,
    keepEntries: optional('keep-entries', 1_000_000_000),
    room: text('room') === '' ? undefined : parseRoom(text('room')),
    command,
    file,
    help: flags.help === 'true',
  }
}
