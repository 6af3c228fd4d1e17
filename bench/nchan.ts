import { existsSync, writeFileSync } from 'node:fs'
import { connect, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { start, stop, type ServerProcess } from './server-process.ts'

/** Where Debian has nginx. */
export const NGINX = '/usr/sbin/nginx'
const MODULE = '/usr/lib/nginx/modules/ngx_nchan_module.so'

/** Whether nginx is installed with nchan, as by Debian's `libnginx-mod-nchan`. */
export const hasNchan = existsSync(NGINX) && existsSync(MODULE)

/** One worker of nginx; a channel per path, posted to and listened to in one place. */
export async function startNchan(directory: string): Promise<ServerProcess> {
  const port = await freePort()
  const file = join(directory, 'nginx.conf')
  writeFileSync(file, configuration(directory, port))
  const started = performance.now()
  const child = start(NGINX, ['-c', file, '-e', join(directory, 'nginx.log')])
  while (!(await listens(port))) {
    if (child.exitCode !== null) throw new Error('nginx ended before it listened')
    await delay(20)
  }
  return {
    pid: child.pid!,
    port,
    startMs: performance.now() - started,
    async stop() {
      await stop(child)
      return ''
    },
  }
}

function configuration(directory: string, port: number): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${join(directory, kind)};`,
  )
  return `load_module ${MODULE};
${process.getuid?.() === 0 ? 'user root;' : ''}
daemon off;
worker_processes 1;
worker_rlimit_nofile 20000;
pid ${join(directory, 'nginx.pid')};
error_log ${join(directory, 'nginx.log')} crit;
events { worker_connections 16000; }
http {
  access_log off;
  keepalive_requests 100000000;
  tcp_nodelay on;
  nchan_shared_memory_size 256M;
  ${temporary.join('\n  ')}
  server {
    listen 127.0.0.1:${port} backlog=4096;
    location ~ ^/rooms/(\\w+)/chat$ {
      nchan_pubsub;
      nchan_channel_id $1;
      nchan_message_buffer_length 2000;
      nchan_message_timeout 30s;
    }
  }
}
`
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}
