/** The option of a limit: a whole number. The defaults are far above what one household uses. */
function limit(name: string, fallback: number, help: string) {
  return { env: `TEAHOUSE_${name}`, value: 'NUMBER', fallback: String(fallback), help }
}

/** The options that `--limits off` disables. docs/operating.md explains the defaults. */
export const LIMIT_OPTIONS = {
  streams: limit('STREAMS', 10_000, 'live streams and long polls in all'),
  'streams-per-address': limit('STREAMS_PER_ADDRESS', 500, 'live streams and long polls of one address'),
  'posts-per-session': limit(
    'POSTS_PER_SESSION',
    300,
    'posts, edits, deletions and typing notices of one session in a minute',
  ),
  'posts-per-address': limit('POSTS_PER_ADDRESS', 1200, 'the same, of one address'),
  'reads-per-session': limit('READS_PER_SESSION', 600, 'pages and lists that one session reads in a minute'),
  'reads-per-address': limit('READS_PER_ADDRESS', 3000, 'the same, of one address'),
  'names-per-hour': limit('NAMES_PER_HOUR', 300, 'names that one address may take in an hour'),
  rooms: limit('ROOMS', 10_000, 'open rooms, which are those with somebody in them'),
  'rooms-per-address': limit('ROOMS_PER_ADDRESS', 1000, 'open rooms that one address opened'),
  'body-bytes': limit('BODY_BYTES', 131_072, 'bytes of a request body'),
  'held-bytes-per-address': limit(
    'HELD_BYTES_PER_ADDRESS',
    16_777_216,
    'bytes of unfinished requests and unread responses of one address',
  ),
  connections: limit('CONNECTIONS', 16_000, 'connections in all; keep it below the limit of open files'),
  'connections-per-address': limit('CONNECTIONS_PER_ADDRESS', 600, 'connections of one address'),
  'header-bytes': limit('HEADER_BYTES', 16_384, 'bytes of all headers of a request'),
  'header-seconds': limit('HEADER_SECONDS', 10, 'seconds within which the headers of a request must arrive'),
  'request-seconds': limit('REQUEST_SECONDS', 60, 'seconds within which a whole request must arrive'),
}
