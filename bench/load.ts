import { connect, type Socket } from 'node:net'

const HEADER_END = '\r\n\r\n'

/** How many requests were answered, and in how many seconds. */
export interface Answered {
  answers: number
  seconds: number
}

/** Sends requests one after the other on each of `connections` connections for `seconds`. */
export async function askFor(
  seconds: number,
  port: number,
  connections: number,
  request: () => Buffer,
): Promise<Answered> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  let answers = 0
  const started = performance.now()
  const until = started + seconds * 1000
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() < until) {
        await ask(socket, request())
        answers++
      }
      socket.destroy()
    }),
  )
  return { answers, seconds: (performance.now() - started) / 1000 }
}

/** Milliseconds that each of `count` requests took, one after the other on one connection. */
export async function latencies(port: number, requests: Iterable<Buffer>): Promise<number[]> {
  const socket = await open(port)
  const times: number[] = []
  for (const request of requests) {
    const started = performance.now()
    await ask(socket, request)
    times.push(performance.now() - started)
  }
  socket.destroy()
  return times
}

/** The bytes of a GET. */
export function get(path: string): Buffer {
  return Buffer.from(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`)
}

/** The bytes of a POST of a form. */
export function postForm(path: string, form: string): Buffer {
  return post(path, 'application/x-www-form-urlencoded', form)
}

/** The bytes of a POST of a plain text. */
export function postText(path: string, text: string): Buffer {
  return post(path, 'text/plain', text)
}

function post(path: string, type: string, body: string): Buffer {
  const length = Buffer.byteLength(body)
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${length}`
  return Buffer.from(`${head}${HEADER_END}${body}`)
}

export function median(values: ArrayLike<number>): number {
  return quantile(values, 0.5)
}

/** The value that `part` of the values are under. */
export function quantile(values: ArrayLike<number>, part: number): number {
  return Float64Array.from(values).toSorted()[Math.floor(values.length * part)] ?? NaN
}

/** A connection to a server on loopback. */
export function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

/** Resolves with the answer when it is all there; rejects for one that is no success. */
export function ask(socket: Socket, request: Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const read = (bytes: Buffer) => {
      answer += bytes.toString('latin1')
      if (answer.length < lengthOf(answer)) return
      socket.off('data', read)
      if (answer.startsWith('HTTP/1.1 2')) resolve(answer)
      else reject(new Error(answer))
    }
    socket.on('data', read)
    socket.write(request)
  })
}

function lengthOf(answer: string): number {
  const end = answer.indexOf(HEADER_END)
  const length = /\r\nContent-Length: (\d+)/i.exec(answer)?.[1]
  return end === -1 || length === undefined ? Infinity : end + HEADER_END.length + Number(length)
}
