import { LIMIT_OPTIONS } from './limit-options.ts'

interface Option {
  env: string
  value: string
  fallback: string
  help: string
}

/** Every option: its flag, what its value stands for, the environment variable that gives it too, and its default. */
export const OPTIONS = {
  port: { env: 'PORT', value: 'NUMBER', fallback: '8012', help: 'port to listen on; 0 takes a free one' },
  host: { env: 'HOST', value: 'ADDRESS', fallback: '', help: 'address to listen on; all of them by default' },
  'tls-cert': {
    env: 'TEAHOUSE_TLS_CERT',
    value: 'FILE',
    fallback: '',
    help: 'certificate, in PEM: HTTP/2 and HTTP/1.1 over TLS',
  },
  'tls-key': {
    env: 'TEAHOUSE_TLS_KEY',
    value: 'FILE',
    fallback: '',
    help: 'its private key; both are read again on SIGHUP',
  },
  data: {
    env: 'TEAHOUSE_DATA',
    value: 'DIR',
    fallback: './data',
    help: 'directory of the store; :memory: keeps nothing',
  },
  redis: {
    env: 'REDIS_URL',
    value: 'URL',
    fallback: '',
    help: 'share a Redis with other nodes; of a cluster, some servers with commas between',
  },
  'redis-replicas': {
    env: 'REDIS_REPLICAS',
    value: 'NUMBER',
    fallback: '0',
    help: 'replicas of Redis that must have a message before it is answered',
  },
  lang: { env: 'TEAHOUSE_LANG', value: 'LANG', fallback: 'zh', help: 'zh or en: for clients that ask for no language' },
  'name-ttl': {
    env: 'TEAHOUSE_NAME_TTL',
    value: 'DAYS',
    fallback: '30',
    help: 'days after which an unused name is free',
  },
  guests: {
    env: 'TEAHOUSE_GUESTS',
    value: 'on|off',
    fallback: 'on',
    help: 'whether somebody without a name may speak',
  },
  'cors-origin': {
    env: 'TEAHOUSE_CORS_ORIGIN',
    value: 'ORIGINS',
    fallback: '',
    help: 'other origins whose pages may read and speak, with commas between',
  },
  'embed-origin': {
    env: 'TEAHOUSE_EMBED_ORIGIN',
    value: 'ORIGINS',
    fallback: '*',
    help: 'origins whose pages may embed a room, with commas between; * for any, none for none',
  },
  'allowed-hosts': {
    env: 'TEAHOUSE_ALLOWED_HOSTS',
    value: 'HOSTS',
    fallback: '',
    help: 'hosts that requests may ask for beside addresses and localhost, with commas between; * for any; by default any, but none on loopback without a proxy',
  },
  'trust-proxy': {
    env: 'TEAHOUSE_TRUST_PROXY',
    value: 'ADDRESSES',
    fallback: '',
    help: 'whose X-Forwarded-For counts: addresses, CIDRs or loopback, with commas between',
  },
  limits: {
    env: 'TEAHOUSE_LIMITS',
    value: 'on|off',
    fallback: 'on',
    help: 'off lifts every limit: for a closed network, or to measure',
  },
  ...LIMIT_OPTIONS,
  'drain-seconds': {
    env: 'TEAHOUSE_DRAIN_SECONDS',
    value: 'SECONDS',
    fallback: '10',
    help: 'seconds that it may take to stop',
  },
  'replay-limit': {
    env: 'TEAHOUSE_REPLAY_LIMIT',
    value: 'ENTRIES',
    fallback: '10000',
    help: 'most entries sent again to a client that reconnects',
  },
  'keep-days': {
    env: 'TEAHOUSE_KEEP_DAYS',
    value: 'DAYS',
    fallback: '',
    help: 'days that entries are kept; for ever by default',
  },
  'keep-entries': {
    env: 'TEAHOUSE_KEEP_ENTRIES',
    value: 'NUMBER',
    fallback: '',
    help: 'entries that a room keeps; all by default',
  },
  metrics: {
    env: 'TEAHOUSE_METRICS',
    value: 'on|off|PORT',
    fallback: 'on',
    help: 'whether /metrics answers; on a port of its own alone when one is given',
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
    help: 'where import puts the entries; the room they come from by default',
  },
} satisfies Record<string, Option>

export type OptionName = keyof typeof OPTIONS
