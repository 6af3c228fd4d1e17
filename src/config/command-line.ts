import { parseArgs } from 'node:util'
import { OPTIONS, type OptionName } from './options.ts'
import { ConfigError } from './values.ts'

const COMMANDS = ['backup', 'restore', 'import'] as const

/** The arguments, split into flags, command and file. The values are not checked yet. */
interface CommandLine {
  flags: Partial<Record<OptionName | 'help', string>>
  command: (typeof COMMANDS)[number] | undefined
  file: string
}

/**
 * Splits the arguments. Throws ConfigError for an unknown flag or command, and for a command without exactly one file.
 */
export function parseCommandLine(args: string[]): CommandLine {
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
