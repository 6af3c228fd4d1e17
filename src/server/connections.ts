import type { Server, Socket } from 'node:net'
import { countedAs } from '../http/limits/address.ts'
import type { Trust } from '../http/request/proxies.ts'

/**
 * Closes each new connection from an address that already has `most` connections open. Connections from trusted proxies
 * are not counted, because they carry requests of many clients.
 */
export function limitConnections(server: Server, most = Infinity, trusts: Trust = () => false): void {
  if (most === Infinity) return
  const byAddress = new Map<string, number>()

  function leave(address: string): void {
    const left = byAddress.get(address)! - 1
    if (left > 0) byAddress.set(address, left)
    else byAddress.delete(address)
  }

  // This listener must run before Node's own, which allocates an HTTP parser.
  server.prependListener('connection', (socket: Socket) => {
    const { remoteAddress } = socket
    if (remoteAddress === undefined || trusts(remoteAddress)) return
    const address = countedAs(remoteAddress)
    const here = byAddress.get(address) ?? 0
    if (here >= most) {
      socket.destroy()
      return
    }
    byAddress.set(address, here + 1)
    socket.once('close', () => leave(address))
  })
}
