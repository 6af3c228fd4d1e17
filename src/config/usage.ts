import { OPTIONS } from './options.ts'

/** The text that `--help` prints. */
export function usage(): string {
  const flags = [...Object.entries(OPTIONS).map(([name, { value }]) => `--${name} ${value}`), '--help']
  const texts = Object.values(OPTIONS).map(
    ({ env, fallback, help }) => `${help} [${env}${fallback && `, ${fallback}`}]`,
  )
  const width = Math.max(...flags.map(({ length }) => length)) + 2
  const rows = [...texts, 'this text'].map((text, index) => `  ${flags[index]!.padEnd(width)}${text}`)
  return `teahouse: a chat server on plain HTTP

usage: teahouse [options]                 start the server
       teahouse backup FILE [options]     copy the store to a file; the server may keep running
       teahouse restore FILE [options]    restore a backup into a directory without a store
       teahouse import FILE [options]     add the entries of an NDJSON export to a room

${rows.join('\n')}
`
}
