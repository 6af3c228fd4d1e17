import type { Field } from '../field.ts'
import { get, post } from './requests.ts'

const STAY_MS = 1000

/** So many strangers, each from an address of their own, who take a name, and speak and listen in a room of their own. */
export function strangers(count: number): (field: Field) => Promise<void> {
  let next = 0

  return async function strangers(field) {
    if (next >= count) return field.pause(STAY_MS)
    const number = next++
    const name = `stranger-${number}`
    const socket = await field.open(`127.${1 + (number >> 16)}.${(number >> 8) & 255}.${number & 255}`)
    socket.write(
      post('/addUser', `name=${name}&room=${name}`, 'application/x-www-form-urlencoded') +
        post(`/rooms/${name}/chat`, 'hello') +
        get(`/rooms/${name}/chat`),
    )
    await field.linger(socket, field.random.integer(1, STAY_MS))
  }
}
