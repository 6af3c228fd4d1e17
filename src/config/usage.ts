import { OPTIONS } from './options.ts'

/** What `--help` prints. */
export function usage(): string {
  const rows = Object.entries(OPTIONS).map(([name, { env, value, fallback, help }]) => {
    const flag = `--${name} ${value}`.padEnd(26)
    return `  ${flag}${help} [${env}${fallback && `, ${fallback}`}]`
  })
  return `teahouse: a chat server on plain HTTP

usage: teahouse [options]                 serve
       teahouse backup FILE [options]     copy the store to a file; the server may go on
       teahouse restore FILE [options]    make a backup the store of a directory that has none
       teahouse import FILE [options]     add the entries of an NDJSON export to a room

${rows.join('\n')}
  ${'--help'.padEnd(26)}this text
`
}
