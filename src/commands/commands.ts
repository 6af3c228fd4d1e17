import type { Config } from '../config/config.ts'
import { importExport } from './import-export.ts'
import { backUp, restore } from '../store/sqlite/backup.ts'

type Command = (config: Config, file: string) => Promise<string>

/** The commands other than serving. Each works on a file, and resolves with a line that says what it did. */
export const COMMANDS: Record<NonNullable<Config['command']>, Command> = {
  async backup({ data }, file) {
    backUp(data, file)
    return `backed up ${data} to ${file}`
  },

  async restore({ data }, file) {
    restore(file, data)
    return `restored ${file} to ${data}`
  },

  async import(config, file) {
    const { count, room } = await importExport(config, file)
    return `imported ${count} entries into ${room}`
  },
}
