import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { documented } from '../support/documented.ts'
import { certificateFiles } from '../support/http/transport.ts'
import { CADDY, HAPROXY, NGINX } from './programs.ts'
import type { Site } from './reverse-proxy.ts'

/** What a newcomer writes: it passes requests on, and tells nothing of the client. */
export const LEAST: Record<string, Site> = {
  'nginx that only passes on': {
    program: NGINX,
    protocol: 'http',
    text: (port, upstream) => `
server {
  listen 127.0.0.1:${port};
  location / {
    proxy_pass http://${upstream};
  }
}`,
  },
  'haproxy that only passes on': {
    program: HAPROXY,
    protocol: 'http',
    text: (port, upstream) => `
frontend chat
  bind 127.0.0.1:${port}
  default_backend teahouse

backend teahouse
  server teahouse ${upstream}
`,
  },
}

/** What `docs/operating.md` says, but for the addresses and the files. */
export const DOCUMENTED: Record<string, Site> = {
  'nginx as documented': {
    program: NGINX,
    protocol: 'https',
    text: (port, upstream) =>
      fill(documented('nginx'), {
        'listen 443': `listen 127.0.0.1:${port}`,
        '127.0.0.1:8012': upstream,
        '/etc/ssl/chat.example.org.pem': certificateFiles().cert,
        '/etc/ssl/chat.example.org.key': certificateFiles().key,
      }),
  },
  'haproxy as documented': {
    program: HAPROXY,
    protocol: 'https',
    text: (port, upstream) =>
      fill(documented('haproxy'), {
        'bind :443': `bind 127.0.0.1:${port}`,
        '127.0.0.1:8012': upstream,
        '/etc/ssl/chat.example.org.pem': certificateWithKey(),
      }),
  },
  'Caddy as documented': {
    program: CADDY,
    protocol: 'http',
    text: (port, upstream) =>
      fill(documented('caddy'), { 'chat.example.org': `http://127.0.0.1:${port}`, '127.0.0.1:8012': upstream }),
  },
}

function fill(text: string, values: Record<string, string>): string {
  for (const [from, to] of Object.entries(values)) {
    if (!text.includes(from)) throw new Error(`docs/operating.md no longer says ${from}`)
    text = text.replace(from, () => to)
  }
  return text
}

function certificateWithKey(): string {
  const { cert, key } = certificateFiles()
  const both = join(cert, '..', 'both.pem')
  writeFileSync(both, readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'))
  return both
}
