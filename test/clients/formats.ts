export interface Format {
  name: string
  query: string
  /** Whether this is what a stream begins with. */
  isGreeting: (data: string) => boolean
  /** The message that this is the data of; all of the data when it is that of none. */
  textOf: (data: string) => string
  /** No fifty messages have fewer bytes than this. */
  roundBytes: number
}

export const TEXT: Format = {
  name: 'text',
  query: '',
  isGreeting: (data) => data === 'Connected',
  textOf: (data) => data.replace(/^ann: /, ''),
  roundBytes: 2000,
}

export const JSON_EVENTS: Format = {
  name: 'JSON',
  query: '?format=json',
  isGreeting: (data) => data.startsWith('{"room":'),
  textOf: (data) => (isJson(data) ? (JSON.parse(data) as { text: string }).text : data),
  roundBytes: 7000,
}

/** A part of an event is not. */
function isJson(data: string): boolean {
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}
