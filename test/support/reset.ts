import type { Socket } from 'node:net'

/** Closes a connection at once, with a RST. */
export function reset(socket: Socket): void {
  // `resetAndDestroy()` sends what waits and a FIN first; and when the socket is destroyed meanwhile, Node 20 never ends.
  if (!socket.connecting && !socket.writableEnded) Object.assign(socket, { resetAndClosing: true })
  socket.destroy()
}
