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

/** What the operator has chosen. */
export interface Config extends Readonly<AllLimits> {
  readonly port: number
  readonly host: string | undefined
  /** Undefined for plain HTTP. */
  readonly tls: CertificateFiles | undefined
  /** A directory, or `:memory:`. */
  readonly data: string
  /** The Redis that many nodes share in place of `data`, or some of the servers of a cluster; none for the embedded store. */
  readonly redis: readonly string[]
  /** How many replicas of it must have an entry before a post is answered. */
  readonly redisReplicas: number
  readonly language: Language
  readonly nameLifetimeMs: number
  readonly replayLimit: number
  /** Whether somebody without a session may speak. */
  readonly guests: boolean
  /** Milliseconds that it may take to stop. */
  readonly drainMs: number
  /** Origins whose pages may read and speak here, beside our own. */
  readonly corsOrigins: readonly string[]
  /** Origins whose pages may have a room in a frame; `*` for any. */
  readonly embedOrigins: readonly string[]
  /** For which hosts requests are answered; undefined for any. */
  readonly allowedHosts: AllowedHosts | undefined
  /** Whose word on a client's address counts; undefined for nobody's. */
  readonly trustProxy: Trust | undefined
  /** Whether `/metrics` answers, or the port of its own where it does. */
  readonly metrics: 'on' | 'off' | number
  /** Whether each request gets a line in the log. */
  readonly logRequests: boolean
  readonly keepMs: number | undefined
  readonly keepEntries: number | undefined
  /** Where an export is imported to, in canonical form; undefined for the room it comes from. */
  readonly room: string | undefined
  /** What to do with `file` in place of serving. */
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
    throw new ConfigError(`${command} is for the embedded store; Redis has backups of its own`)

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
