import { parseArgs } from 'node:util'
import { LANGUAGES, type Language } from './chat/language.ts'

/** What the operator has chosen. */
export interface Config {
  readonly port: number
  readonly host: string | undefined
  /** A directory, or `:memory:`. */
  readonly data: string
  readonly language: Language
  readonly nameLifetimeMs: number
  readonly replayLimit: number
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
  lang: { env: 'TEAHOUSE_LANG', value: 'LANG', fallback: 'zh', help: 'zh or en: for clients that ask for no language' },
  'name-ttl': {
    env: 'TEAHOUSE_NAME_TTL',
    value: 'DAYS',
    fallback: '30',
    help: 'days after which an unused name is free',
  },
  'replay-limit': {
    env: 'TEAHOUSE_REPLAY_LIMIT',
    value: 'ENTRIES',
    fallback: '10000',
    help: 'most entries sent again to a client that reconnects',
  },
} satisfies Record<string, Option>

type OptionName = keyof typeof OPTIONS

const DAY_MS = 24 * 60 * 60 * 1000

/** Why the options make no sense, in one line. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Reads the options: flags first, then the environment. Throws ConfigError. */
export function readConfig(args: string[], env: NodeJS.ProcessEnv): Config {
  const flags = parseFlags(args)
  const text = (name: OptionName) => flags[name] ?? (env[OPTIONS[name].env] || OPTIONS[name].fallback)
  const integer = (name: OptionName, least: number, most: number) => parseInteger(name, text(name), least, most)

  return {
    port: integer('port', 0, 65_535),
    host: text('host') || undefined,
    data: text('data'),
    language: parseLanguage(text('lang')),
    nameLifetimeMs: integer('name-ttl', 1, 36_500) * DAY_MS,
    replayLimit: integer('replay-limit', 0, 1_000_000),
    help: flags.help === 'true',
  }
}

/** What `--help` prints. */
export function usage(): string {
  const rows = Object.entries(OPTIONS).map(([name, { env, value, fallback, help }]) => {
    const flag = `--${name} ${value}`.padEnd(26)
    return `  ${flag}${help} [${env}${fallback && `, ${fallback}`}]`
  })
  return [
    'teahouse: a chat server on plain HTTP',
    '',
    'usage: teahouse [options]',
    '',
    ...rows,
    `  ${'--help'.padEnd(26)}this text`,
    '',
  ].join('\n')
}

function parseFlags(args: string[]): Partial<Record<OptionName | 'help', string>> {
  const names = Object.keys(OPTIONS) as OptionName[]
  try {
    const { values } = parseArgs({
      args,
      options: {
        ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
        help: { type: 'boolean', short: 'h' },
      },
    })
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]))
  } catch (error) {
    throw new ConfigError((error as Error).message.split('\n')[0])
  }
}

function parseInteger(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  throw new ConfigError(`${name} must be ${least} to ${most}, got ${JSON.stringify(text)}`)
}

function parseLanguage(text: string): Language {
  const language = LANGUAGES.find((known) => known === text)
  if (language) return language
  throw new ConfigError(`lang must be ${LANGUAGES.join(' or ')}, got ${JSON.stringify(text)}`)
}
