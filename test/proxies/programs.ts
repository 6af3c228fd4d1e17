import { join } from 'node:path'
import type { Program } from './reverse-proxy.ts'

/** nginx with what Debian's `nginx.conf` says, but in a directory of its own. */
export const NGINX: Program = {
  command: 'nginx',
  hasTimeouts: true,
  args: (file, directory) => ['-c', file, '-p', directory, '-e', 'stderr', '-g', 'daemon off;'],
  around: (site, directory, seconds) => `
pid ${join(directory, 'pid')};
error_log stderr;
worker_processes auto;
events { worker_connections 768; }
http {
  sendfile on;
  tcp_nopush on;
  types_hash_max_size 2048;
  default_type application/octet-stream;
  gzip on;
  access_log off;
  ${['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((kind) => `${kind}_temp_path ${join(directory, kind)};`).join('\n  ')}
  ${seconds ? `proxy_read_timeout ${seconds}s; proxy_send_timeout ${seconds}s; send_timeout ${seconds}s;` : ''}
${site}
}
`,
}

/** haproxy with the `defaults` of Debian's `haproxy.cfg`. */
export const HAPROXY: Program = {
  command: 'haproxy',
  hasTimeouts: true,
  args: (file) => ['-db', '-f', file],
  around: (site, _, seconds = 50) => `
defaults
  mode http
  option httplog
  option dontlognull
  timeout connect 5s
  timeout client ${seconds}s
  timeout server ${seconds}s

${site}
`,
}

/** Caddy as it is, but that it neither asks for certificates nor is administered. */
export const CADDY: Program = {
  command: 'caddy',
  hasTimeouts: false,
  args: (file) => ['run', '--adapter', 'caddyfile', '--config', file],
  around: (site) => `
{
  admin off
  auto_https off
}
${site}
`,
}
