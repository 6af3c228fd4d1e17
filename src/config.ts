import { parseArgs } from 'node:util'
import { LANGUAGES, type Language } from './chat/language.ts'
import { parseRoomName } from './chat/room-name.ts'

/** What the operator has chosen. */
export interface Config {
  readonly port: number
  readonly host: string | undefined
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
  /** How many names one address may take; undefined for any number. */
  readonly nameLimit: { count: number; seconds: number } | undefined
  /** Origins whose pages may read and speak here, beside our own. */
  readonly corsOrigins: readonly string[]
  readonly keepMs: number | undefined
  readonly keepEntries: number | undefined
  /** Where an export is imported to, in canonical form; undefined for the room it comes from. */
  readonly room: string | undefined
  /** What to do with `file` in place of serving. */
  readonly command: 'backup' | 'restore' | 'import' | undefined
  readonly file: string
  readonly help: boolean
}

interface Option {
  env: string
  value: string
  fallback: string
  help: string
}

/** Every option: its flag, what its value stands for, the environment variable that gives it too, and its default. */
const OPTIONS = {
  port: { env: 'PORT', value: 'NUMBER', fallback: '8012', help: 'port to listen on; 0 takes a free one' },
  host: { env: 'HOST', value: 'ADDRESS', fallback: '', help: 'address to listen on; all of them by default' },
  data: {
    env: 'TEAHOUSE_DATA',
    value: 'DIR',
    fallback: './data',
    help: 'directory of the store; :memory: keeps nothing',
  },
  redis: {
    env: 'REDIS_URL',
    value: 'URL',
    fallback: '',
    help: 'share a Redis with other nodes; of a cluster, some servers with commas between',
  },
  'redis-replicas': {
    env: 'REDIS_REPLICAS',
    value: 'NUMBER',
    fallback: '0',
    help: 'replicas of Redis that must have a message before it is answered',
  },
  lang: { env: 'TEAHOUSE_LANG', value: 'LANG', fallback: 'zh', help: 'zh or en: for clients that ask for no language' },
  'name-ttl': {
    env: 'TEAHOUSE_NAME_TTL',
    value: 'DAYS',
    fallback: '30',
    help: 'days after which an unused name is free',
  },
  guests: {
    env: 'TEAHOUSE_GUESTS',
    value: 'on|off',
    fallback: 'on',
    help: 'whether somebody without a name may speak',
  },
  'cors-origin': {
    env: 'TEAHOUSE_CORS_ORIGIN',
    value: 'ORIGINS',
    fallback: '',
    help: 'other origins whose pages may read and speak, with commas between',
  },
  limits: {
    env: 'TEAHOUSE_LIMITS',
    value: 'on|off',
    fallback: 'on',
    help: 'off lifts every limit: for a closed network, or to measure',
  },
  'names-per-hour': {
    env: 'TEAHOUSE_NAMES_PER_HOUR',
    value: 'NUMBER',
    fallback: '300',
    help: 'names that one address may take in an hour',
  },
  'replay-limit': {
    env: 'TEAHOUSE_REPLAY_LIMIT',
    value: 'ENTRIES',
    fallback: '10000',
    help: 'most entries sent again to a client that reconnects',
  },
  'keep-days': {
    env: 'TEAHOUSE_KEEP_DAYS',
    value: 'DAYS',
    fallback: '',
    help: 'days that entries are kept; for ever by default',
  },
  'keep-entries': {
    env: 'TEAHOUSE_KEEP_ENTRIES',
    value: 'NUMBER',
    fallback: '',
    help: 'entries that a room keeps; all by default',
  },
  room: {
    env: 'TEAHOUSE_ROOM',
    value: 'ROOM',
    fallback: '',
    help: 'where import puts the entries; the room they come from by default',
  },
} satisfies Record<string, Option>

type OptionName = keyof typeof OPTIONS

const DAY_MS = 24 * 60 * 60 * 1000

/** Why the options make no sense, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const COMMANDS = ['backup', 'restore', 'import'] as const

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
    data: text('data'),
    redis,
    redisReplicas: integer('redis-replicas', 0, 9),
    language: oneOf('lang', text('lang'), LANGUAGES),
    nameLifetimeMs: integer('name-ttl', 1, 36_500) * DAY_MS,
    replayLimit: integer('replay-limit', 0, 1_000_000),
    guests: oneOf('guests', text('guests'), ['on', 'off']) === 'on',
    nameLimit: hasLimits ? { count: integer('names-per-hour', 1, 1_000_000), seconds: 3600 } : undefined,
    corsOrigins: text('cors-origin').split(',').filter(Boolean).map(parseOrigin),
    keepMs: keepDays && keepDays * DAY_MS,
    keepEntries: optional('keep-entries', 1_000_000_000),
    room: text('room') === '' ? undefined : parseRoom(text('room')),
    command,
    file,
    help: flags.help === 'true',
  }
}

/** What `--help` prints. */
export function usage(): string {
  const rows = Object.entries(OPTIONS).map(([name, { env, value, fallback, help }]) => {
    const flag = `--${name} ${value}`.padEnd(26)
    return `  ${flag}${help} [${env}${fallback && `, ${fallback}`}]`
  })
  return `teahouse: a chat server on plain HTTP

usage: teahouse [options]                 serve
       teahouse backup FILE [options]     copy the store to a file; the server may go on
       teahouse restore FILE [options]    make a backup the store of a directory that has none
       teahouse import FILE [options]     add the entries of an NDJSON export to a room

${rows.join('\n')}
  ${'--help'.padEnd(26)}this text
`
}

interface CommandLine {
  flags: Partial<Record<OptionName | 'help', string>>
  command: Config['command']
  file: string
}

function parseCommandLine(args: string[]): CommandLine {
  const { values, positionals } = parseArguments(args)
  const [first, file, ...rest] = positionals
  const command = COMMANDS.find((known) => known === first)
  if (first !== undefined && !command) throw new ConfigError(`there is no command ${JSON.stringify(first)}`)
  if (command && (file === undefined || rest.length > 0)) throw new ConfigError(`${command} takes one file`)
  const flags = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  return { flags, command, file: file ?? '' }
}

function parseArguments(args: string[]): ReturnType<typeof parseArgs> {
  const names = Object.keys(OPTIONS).map((name) => [name, { type: 'string' as const }])
  try {
    const options = { ...Object.fromEntries(names), help: { type: 'boolean' as const, short: 'h' } }
    return parseArgs({ args, options, allowPositionals: true })
  } catch (error) {
    throw new ConfigError((error as Error).message.split('\n')[0])
  }
}

function parseInteger(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  throw new ConfigError(`${name} must be ${least} to ${most}, got ${JSON.stringify(text)}`)
}

function oneOf<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === text)
  if (choice !== undefined) return choice
  throw new ConfigError(`${name} must be ${choices.join(' or ')}, got ${JSON.stringify(text)}`)
}

function parseRoom(text: string): string {
  const room = parseRoomName(text)
  if (room !== undefined) return room
  throw new ConfigError(`room must be 1 to 64 letters, digits, - or _, got ${JSON.stringify(text)}`)
}

function parseRedis(text: string): string {
  const url = text.trim()
  if (URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol)) return url
  throw new ConfigError(`redis must be like redis://example.org:6379, got ${JSON.stringify(url)}`)
}

function parseOrigin(text: string): string {
  const origin = text.trim()
  if (URL.canParse(origin) && new URL(origin).origin === origin) return origin
  throw new ConfigError(`cors-origin must be like https://example.org, got ${JSON.stringify(origin)}`)
}
