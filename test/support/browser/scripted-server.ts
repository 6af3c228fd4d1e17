import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import '../run/built-views.ts'

export type Answer = (request: IncomingMessage, response: ServerResponse) => unknown

export interface ScriptedServer {
  /** Of an empty page that loads `/eventsource.js`. */
  url: string
  /** The requests for a path, oldest first, with the time of each as `performance.now()` counts. */
  requests(path: string): { headers: IncomingMessage['headers']; at: number }[]
  /**
   * Answers every request for `path`, or the first with the first answer, the second with the second, and so on. A path
   * without a query stands for those with any query.
   */
  on(path: string, ...answers: Answer[]): void
  stop(): void
}

const SCRIPT = new URL('../../../dist/views/eventsource.js', import.meta.url)
const PAGE = '<!doctype html><html lang="en"><title>EventSource</title><script src="/eventsource.js"></script>'

/** A server that answers with just the bytes that a test says, when it says so. */
export async function startScriptedServer(): Promise<ScriptedServer> {
  const script = readFileSync(SCRIPT)
  const answers = new Map<string, Answer[]>()
  const requests = new Map<string, { headers: IncomingMessage['headers']; at: number }[]>()
  const server = createServer((request, response) => {
    const path = request.url!
    const seen = requests.get(path) ?? []
    requests.set(path, seen)
    const scripted = answers.get(path) ?? answers.get(path.split('?', 1)[0]!)
    const answer = scripted?.[Math.min(seen.length, scripted.length - 1)]
    seen.push({ headers: request.headers, at: performance.now() })
    if (answer) void answer(request, response)
    else response.writeHead(404).end()
  })
  const served: ScriptedServer = {
    url: '',
    requests: (path) => requests.get(path) ?? [],
    on: (path, ...given) => void answers.set(path, given),
    stop() {
      server.close()
      server.closeAllConnections()
    },
  }
  served.on('/', (_, response) => response.setHeader('Content-Type', 'text/html').end(PAGE))
  served.on('/eventsource.js', (_, response) => response.setHeader('Content-Type', 'text/javascript').end(script))
  served.on('/favicon.ico', (_, response) => response.writeHead(204).end())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  served.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return served
}

/** Answers with an event stream that says `text`, and stays open. */
export function saying(text: string | Buffer): Answer {
  return (_, response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).write(text)
}

/** Answers with an event stream that says `text`, and ends. */
export function sayingAll(text: string | Buffer): Answer {
  return (_, response) => response.writeHead(200, { 'Content-Type': 'text/event-stream' }).end(text)
}
