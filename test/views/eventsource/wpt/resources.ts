import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ScriptedServer } from '../../../support/browser/scripted-server.ts'

interface Visit {
  request: IncomingMessage
  response: ServerResponse
  query: URLSearchParams
  /** Counts the requests for this address, from 1. */
  nth: number
  /** What the client has sent as its cursor. */
  lastEventId: string
}

type Resource = (visit: Visit) => void

/** Serves what the `resources` of WPT serve. A cursor may also come as `?lastEventId=`, as Teahouse takes it. */
export function serveResources(server: ScriptedServer): void {
  const resources = { ...RESOURCES, '/cors-unsafe-last-event-id': tellPreflights() }
  for (const [path, resource] of Object.entries(resources)) {
    server.on(path, (request, response) => {
      const query = new URL(request.url!, server.url).searchParams
      const header = Buffer.from(String(request.headers['last-event-id'] ?? ''), 'latin1').toString()
      const lastEventId = header || (query.get('lastEventId') ?? '')
      resource({ request, response, query, lastEventId, nth: server.requests(request.url!).length })
    })
  }
}

const RESOURCES: Record<string, Resource> = {
  '/message': message,
  '/frame/message': message,
  '/frame/page': ({ response }) =>
    response.setHeader('Content-Type', 'text/html').end('<!doctype html><script src="/eventsource.js"></script>'),
  '/silent': () => {},
  '/status': ({ query, response }) => answer(response, 'data: data\n\n', Number(query.get('status'))),
  '/reconnect': reconnect,
  '/reconnect-fail': ({ response, nth }) => answer(response, `retry: 2\ndata: visit ${nth}\n\n`, nth === 3 ? 204 : 200),
  '/last-event-id': ({ query, response, lastEventId }) =>
    answer(
      response,
      lastEventId ? `data: ${lastEventId}\n\n` : `id: ${query.get('id') ?? '…'}\nretry: 20\ndata: hello\n\n`,
    ),
  '/accept': ({ request, response }) => answer(response, `data: ${request.headers.accept}\n\n`),
  '/cache-control': ({ request, response }) => answer(response, `data: ${request.headers['cache-control']}\n\n`),
  '/redirect': ({ query, response }) =>
    response.writeHead(Number(query.get('status') ?? 302), { Location: query.get('to')! }).end(),
  '/cors': cors,
  '/cors-cookie': corsCookie,
}

function answer(response: ServerResponse, body: string, status = 200, type = 'text/event-stream'): void {
  response.writeHead(status, { 'Content-Type': type }).end(body)
}

function message({ query, response }: Visit): void {
  const text = query.get('message') ?? 'data: data'
  const end = query.get('newline') === 'none' ? '' : '\n\n'
  answer(response, text + end, 200, query.get('mime') ?? 'text/event-stream')
}

/** Ends the first stream at once, and says `data` in the second. */
function reconnect({ query, response, nth }: Visit): void {
  const first = query.has('ok-first') ? 'data: ok\n\n' : ''
  answer(response, nth === 1 ? `retry: 2\n${first}` : 'data: data\n\n')
}

function cors(visit: Visit): void {
  const { request, response, query } = visit
  response.setHeader('Access-Control-Allow-Origin', query.get('origin') ?? request.headers.origin ?? '*')
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  RESOURCES[`/${query.get('run')}`]!(visit)
}

/** Sets a cookie on the first visit, and says on each whether one came. */
function corsCookie({ request, response, query, lastEventId }: Visit): void {
  const name = query.get('name')!
  const cookie = request.headers.cookie?.includes(`${name}=`) ? 'a cookie' : 'no cookie'
  response.setHeader('Access-Control-Allow-Origin', request.headers.origin!)
  response.setHeader('Access-Control-Allow-Credentials', 'true')
  response.setHeader('Set-Cookie', lastEventId ? `${name}=; Max-Age=0` : `${name}=1`)
  answer(response, `id: 1\nretry: 20\ndata: ${cookie}\n\n`)
}

const IDS: Record<string, string> = { safe: 'abc', long: 'a'.repeat(255), unsafe: 'e5p3n<3k0k0s' }

/** Gives an id of the kind that `fixture` names, then tells which id came back, and whether a preflight did before. */
function tellPreflights(): Resource {
  const preflights = new Set<string>()
  return ({ request, response, query, lastEventId }) => {
    const fixture = query.get('fixture')!
    response.setHeader('Access-Control-Allow-Origin', '*')
    if (request.method === 'OPTIONS') {
      preflights.add(fixture)
      const headers = String(request.headers['access-control-request-headers'])
      return response.writeHead(200, { 'Access-Control-Allow-Headers': headers }).end()
    }
    if (!lastEventId) return answer(response, `id: ${IDS[fixture]}\nretry: 20\ndata: ${fixture}\n\n`)
    const id = lastEventId === IDS[fixture] ? 'the id' : 'another id'
    answer(response, `event: success\ndata: ${id}, ${preflights.has(fixture) ? 'a preflight' : 'no preflight'}\n\n`)
  }
}
