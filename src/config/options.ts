import { LIMIT_OPTIONS } from './limit-options.ts'

interface Option {
  env: string
  value: string
  fallback: string
  help: string
}

/**
 * Every option by its flag: its environment variable, the placeholder of its value in `--help`, its default, and its
 * help.
 */
export const OPTIONS = {
  port: { env: 'PORT', value: 'NUMBER', fallback: '8012', help: 'port to listen on; 0 chooses a free one' },
  host: { env: 'HOST', value: 'ADDRESS', fallback: '', help: 'address to listen on; by default all addresses' },
  'tls-cert': {
    env: 'TEAHOUSE_TLS_CERT',
    value: 'FILE',
    fallback: '',
    help: 'certificate in PEM, to serve HTTP/2 and HTTP/1.1 over TLS',
  },
  'tls-key': {
    env: 'TEAHOUSE_TLS_KEY',
    value: 'FILE',
    fallback: '',
    help: 'private key of the certificate; SIGHUP reads both files again',
  },
  data: {
    env: 'TEAHOUSE_DATA',
    value: 'DIR',
    fallback: './data',
    help: 'directory of the store; :memory: stores nothing on disk',
  },
  redis: {
    env: 'REDIS_URL',
    value: 'URL',
    fallback: '',
    help: 'Redis that the nodes share; for a cluster, some of its servers, separated by commas',
  },
  'redis-replicas': {
    env: 'REDIS_REPLICAS',
    value: 'NUMBER',
    fallback: '0',
    help: 'Redis replicas that must confirm a message before its post is answered',
  },
  lang: {
    env: 'TEAHOUSE_LANG',
    value: 'LANG',
    fallback: 'zh',
    help: 'zh or en, for clients that do not ask for a language',
  },
  'name-ttl': {
    env: 'TEAHOUSE_NAME_TTL',
    value: 'DAYS',
    fallback: '30',
    help: 'days after which an unused name becomes free',
  },
  guests: {
    env: 'TEAHOUSE_GUESTS',
    value: 'on|off',
    fallback: 'on',
    help: 'whether clients without a name may post',
  },
  'cors-origin': {
    env: 'TEAHOUSE_CORS_ORIGIN',
    value: 'ORIGINS',
    fallback: '',
    help: 'other origins whose pages may read and post, separated by commas',
  },
  'embed-origin': {
    env: 'TEAHOUSE_EMBED_ORIGIN',
    value: 'ORIGINS',
    fallback: '*',
    help: 'origins whose pages may embed a room, separated by commas; * for any, or none',
  },
  'allowed-hosts': {
    env: 'TEAHOUSE_ALLOWED_HOSTS',
    value: 'HOSTS',
    fallback: '',
    help: 'host names that requests may ask for besides addresses and localhost, separated by commas; * for any; by default any, but none on loopback without a proxy',
  },
  'trust-proxy': {
    env: 'TEAHOUSE_TRUST_PROXY',
    value: 'ADDRESSES',
    fallback: '',
    help: 'proxies whose X-Forwarded-* headers count: addresses, CIDRs or loopback, separated by commas',
  },
  limits: {
    env: 'TEAHOUSE_LIMITS',
    value: 'on|off',
    fallback: 'on',
    help: 'off disables every limit: for a closed network, or for benchmarks',
  },
  ...LIMIT_OPTIONS,
  'drain-seconds': {
    env: 'TEAHOUSE_DRAIN_SECONDS',
    value: 'SECONDS',
    fallback: '10',
    help: 'seconds within which the server must stop',
  },
  'replay-limit': {
    env: 'TEAHOUSE_REPLAY_LIMIT',
    value: 'ENTRIES',
    fallback: '10000',
    help: 'how many missed entries a reconnecting client gets at most',
  },
  'replay-bytes': {
    env: 'TEAHOUSE_REPLAY_BYTES',
    value: 'BYTES',
    fallback: '16777216',
    help: 'bytes of entries kept in memory for clients that reconnect or read slowly',
  },
  'keep-days': {
    env: 'TEAHOUSE_KEEP_DAYS',
    value: 'DAYS',
    fallback: '',
    help: 'days for which entries are kept; by default for ever',
  },
  'keep-entries': {
    env: 'TEAHOUSE_KEEP_ENTRIES',
    value: 'NUMBER',
    fallback: '',
    help: 'entries that a room keeps; by default all',
  },
  metrics: {
    env: 'TEAHOUSE_METRICS',
    value: 'on|off|PORT',
    fallback: 'on',
    help: 'whether /metrics answers; with a number, only on that port',
  },
  'log-requests': {
    env: 'TEAHOUSE_LOG_REQUESTS',
    value: 'on|off',
    fallback: 'off',
    help: 'whether each request gets a line in the log',
  },
  room: {
    env: 'TEAHOUSE_ROOM',
    value: 'ROOM',
    fallback: '',
    help: 'room into which import writes; by default the room of the export',
  },
} satisfies Record<string, Option>

export type OptionName = keyof typeof OPTIONS
