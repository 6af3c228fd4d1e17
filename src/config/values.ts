import { parseRoomName } from '../chat/room/room-name.ts'

/** An option is invalid; the message is one line for the operator. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

/** Parses a whole number from `least` to `most`. Throws ConfigError, as do all functions here. */
export function parseInteger(name: string, text: string, least: number, most: number): number {
  const number = /^\d{1,9}$/.test(text) ? Number(text) : NaN
  if (number >= least && number <= most) return number
  throw new ConfigError(`${name} must be ${least} to ${most}, got ${JSON.stringify(text)}`)
}

/** Returns `text` when it is one of the choices. */
export function oneOf<Choice extends string>(name: string, text: string, choices: readonly Choice[]): Choice {
  const choice = choices.find((known) => known === text)
  if (choice !== undefined) return choice
  throw new ConfigError(`${name} must be ${choices.join(' or ')}, got ${JSON.stringify(text)}`)
}

/** Parses a room name to its canonical form. */
export function parseRoom(text: string): string {
  const room = parseRoomName(text)
  if (room !== undefined) return room
  throw new ConfigError(`room must be 1 to 64 letters, digits, - or _, got ${JSON.stringify(text)}`)
}

/** Parses `on`, `off` or a port. */
export function parseMetrics(text: string): 'on' | 'off' | number {
  if (text === 'on' || text === 'off') return text
  const port = /^\d{1,5}$/.test(text) ? Number(text) : NaN
  if (port <= 65_535) return port
  throw new ConfigError(`metrics must be on, off or a port, got ${JSON.stringify(text)}`)
}
