/** Characters that `JSON.stringify` does not escape, but terminals or line readers treat as commands or line breaks. */
const UNSAFE = /[\u007F-\u009F\u2028\u2029]/g

/**
 * Encodes a value as one line of JSON; escapes DEL, C1 controls and line separators. Throws TypeError if JSON cannot.
 */
export function toJson(value: unknown): string {
  const json = JSON.stringify(value) as string | undefined
  if (json === undefined) throw new TypeError(`must be a value of JSON, got ${typeof value}`)
  return json.replaceAll(UNSAFE, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}
