/** A limit is a whole number; its unit is in its name, and its default a household never meets. */
function limit(name: string, fallback: number, help: string) {
  return { env: `TEAHOUSE_${name}`, value: 'NUMBER', fallback: String(fallback), help }
}

/** The options that `--limits off` overrules. The reasons for the defaults are in docs/operating.md. */
export const LIMIT_OPTIONS = {
  streams: limit('STREAMS', 10_000, 'live streams and long polls in all'),
  'streams-per-address': limit('STREAMS_PER_ADDRESS', 500, 'live streams and long polls of one address'),
  'posts-per-session': limit(
    'POSTS_PER_SESSION',
    300,
    'posts, edits, deletions and typing notices of one session in a minute',
  ),
  'posts-per-address': limit('POSTS_PER_ADDRESS', 1200, 'the same, of one address'),
  'names-per-hour': limit('NAMES_PER_HOUR', 300, 'names that one address may take in an hour'),
  rooms: limit('ROOMS', 10_000, 'rooms that somebody is in'),
  'rooms-per-address': limit('ROOMS_PER_ADDRESS', 1000, 'of these, rooms that one address has opened'),
  'body-bytes': limit('BODY_BYTES', 131_072, 'bytes of a body'),
  'held-bytes-per-address': limit(
    'HELD_BYTES_PER_ADDRESS',
    16_777_216,
    'bytes of unfinished requests and untaken answers of one address',
  ),
  connections: limit('CONNECTIONS', 16_000, 'connections in all; below what the system lets a process open'),
  'connections-per-address': limit('CONNECTIONS_PER_ADDRESS', 600, 'connections of one address'),
  'header-bytes': limit('HEADER_BYTES', 16_384, 'bytes of all headers of a request'),
  'header-seconds': limit('HEADER_SECONDS', 10, 'seconds in which the headers of a request must come'),
  'request-seconds': limit('REQUEST_SECONDS', 60, 'seconds in which a whole request must come'),
}
