export interface Format {
  name: string
  query: string
  /** The message that this is the data of; undefined when it is the greeting. */
  read: (data: string) => string | undefined
  /** No fifty messages have fewer bytes than this. */
  roundBytes: number
}

export const TEXT: Format = {
  name: 'text',
  query: '',
  read: (data) => (data === 'Connected' ? undefined : data.replace(/^ann: /, '')),
  roundBytes: 2000,
}

export const JSON_EVENTS: Format = {
  name: 'JSON',
  query: '?format=json',
  read: (data) => (isJson(data) ? (JSON.parse(data) as { text?: string }).text : data),
  roundBytes: 7000,
}

function isJson(data: string): boolean {
  try {
    JSON.parse(data)
    return true
  } catch {
    return false
  }
}
