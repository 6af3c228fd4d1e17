import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connectTo } from './transport.ts'

/** A bare connection of HTTP/1.1 to the server at `url`, which sends `bytes` and keeps what comes. */
export async function dial(url: string, bytes: string | Uint8Array = ''): Promise<{ socket: Socket; text: string }> {
  const socket = connectTo(url)
  const connection = { socket, text: '' }
  socket.setEncoding('latin1').on('data', (text: string) => (connection.text += text))
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(bytes)
  return connection
}

/** A request without a body, as it goes over the wire. */
export function requestText(method: string, path: string): string {
  return `${method} ${path} HTTP/1.1\r\nHost: teahouse\r\n\r\n`
}
