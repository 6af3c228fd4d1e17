import type { Server, Socket } from 'node:net'
import { countedAs } from '../http/limits/address.ts'
import type { Trust } from '../http/request/proxies.ts'

/**
 * Closes a connection as soon as it is opened when its address has `most` already. A proxy that is trusted has those of
 * many addresses, and is not counted.
 */
export function limitConnections(server: Server, most = Infinity, trusts: Trust = () => false): void {
  if (most === Infinity) return
  const byAddress = new Map<string, number>()

  function leave(address: string): void {
    const left = byAddress.get(address)! - 1
    if (left > 0) byAddress.set(address, left)
    else byAddress.delete(address)
  }

  // Before Node makes anything of it.
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
