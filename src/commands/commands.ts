import type { Config } from '../config/config.ts'
import { importExport } from './import-export.ts'
import { backUp, restore } from '../store/sqlite/backup.ts'

type Command = (config: Config, file: string) => Promise<string>

/** The commands beside serving: each does something with a file, and returns what is to be said of it. */
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
