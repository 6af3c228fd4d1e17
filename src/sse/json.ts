/** What `JSON.stringify` leaves as it is, and a terminal or a reader of lines takes for a command or a line break. */
const UNSAFE = /[\u007F-\u009F\u2028\u2029]/g

/** A value as JSON on one line, with DEL, C1 controls and line separators escaped. Throws TypeError for what is no JSON. */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new TypeError(`must be a value of JSON, got ${typeof value}`)
  return json.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
