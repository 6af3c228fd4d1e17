import { connect, type Socket } from 'node:net'

const HEADER_END = '\r\n\r\n'

/** Sends one request over and over on each of `connections` connections for `seconds`; returns answers per second. */
export async function answersPerSecond(
  port: number,
  request: Buffer,
  connections: number,
  seconds: number,
): Promise<number> {
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(port)))
  let answers = 0
  const started = performance.now()
  const until = started + seconds * 1000
  await Promise.all(
    sockets.map(async (socket) => {
      while (performance.now() < until) {
        await ask(socket, request)
        answers++
      }
      socket.destroy()
    }),
  )
  return (answers / (performance.now() - started)) * 1000
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
  const type = 'application/x-www-form-urlencoded'
  const head = `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${form.length}`
  return Buffer.from(`${head}${HEADER_END}${form}`)
}

export function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN
}

function open(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    socket.once('connect', () => resolve(socket)).once('error', reject)
  })
}

/** Resolves when the whole answer is there; rejects for one that is no success. */
function ask(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let answer = ''
    const read = (bytes: Buffer) => {
      answer += bytes.toString('latin1')
      if (answer.length < lengthOf(answer)) return
      socket.off('data', read)
      if (answer.startsWith('HTTP/1.1 2')) resolve()
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
