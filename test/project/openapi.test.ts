import { Ajv2020 } from 'ajv/dist/2020.js'
import formats from 'ajv-formats'
import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { ERRORS } from '../../src/http/middleware/error-table.ts'
import { postForm, postText, send, sendJson, takeName, type Answer } from '../support/http/client.ts'
import { listen } from '../support/http/listener.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'

interface Operation {
  responses: Record<string, { content?: Record<string, { schema: object }> }>
}

interface PathItem extends Record<string, unknown> {
  servers?: { url: string }[]
}

const document = JSON.parse(readFileSync('docs/openapi.json', 'utf8')) as {
  paths: Record<string, PathItem>
  components: { schemas: Record<string, { properties?: { code?: { enum: string[] } } }>; responses: object }
}
const METHODS = ['get', 'post', 'patch', 'delete']

/** `METHOD /path` of everything that is described. */
const described = Object.entries(document.paths).flatMap(([path, item]) =>
  METHODS.filter((method) => method in item).flatMap((method) =>
    (item.servers ?? [{ url: '/' }]).map(({ url }) => `${method.toUpperCase()} ${url}${path}`),
  ),
)

describe('the OpenAPI description', () => {
  let teahouse: Teahouse
  let url: string
  const ajv = new Ajv2020({ strict: false })
  const answered = new Set<string>()

  before(async () => {
    formats.default(ajv)
    ajv.addSchema(document, 'teahouse')
    teahouse = await startTeahouse({ language: 'en' })
    url = teahouse.url
  })
  after(() => teahouse.stop())

  function check(schema: string, value: unknown): void {
    const validate = ajv.getSchema(`teahouse#${schema}`)!
    expect(validate(value), `${schema} ${JSON.stringify(value)}: ${ajv.errorsText(validate.errors)}`).to.equal(true)
  }

  /** Holds a real answer against what is described of it. */
  function expectDescribed(method: string, path: string, { status, headers, json }: Answer): void {
    const { responses } = document.paths[path]![method] as Operation
    const isRefused = status >= 400
    const response = isRefused ? undefined : responses[status]
    if (!isRefused) expect(responses, `${method} ${path}`).to.have.property(String(status))
    answered.add(`${method} ${path}${isRefused ? ' refused' : ''}`)
    const type = headers.get('content-type')?.split(';')[0] ?? ''
    if (isRefused) return check('/components/schemas/Error', json)
    if (response!.content && !('*/*' in response!.content)) expect(response!.content).to.have.property(type)
    if (type !== 'application/json') return
    const pointer = path.replaceAll('~', '~0').replaceAll('/', '~1').replaceAll('{', '%7B').replaceAll('}', '%7D')
    check(`/paths/${pointer}/${method}/responses/${status}/content/application~1json/schema`, json)
  }

  it('has every route of the router, and no other', () => {
    const routes = teahouse.koa.middleware.flatMap((middleware) => {
      const { router } = middleware as { router?: { stack: { methods: string[]; path: string }[] } }
      return (router?.stack ?? []).flatMap(({ methods, path }) =>
        methods.filter((method) => method !== 'HEAD').map((method) => `${method} ${path}`),
      )
    })
    const templates = routes.map((route) => route.replaceAll(/:(\w+)/g, '{$1}'))
    const tidy = (all: string[]) => [...new Set(all.map((route) => route.replace('//', '/').replace(/(.)\/$/, '$1')))]
    expect(tidy(described).toSorted()).to.deep.equal(tidy(templates).toSorted())
  })

  it('has every code', () => {
    expect(document.components.schemas.Error!.properties!.code!.enum).to.deep.equal(Object.keys(ERRORS))
  })

  it('is what is really answered', async () => {
    const room = `${url}/rooms/tea`
    const own = await takeName(url, 'ann', 'tea')
    expectDescribed('post', '/addUser', await postForm(`${url}/addUser`, { name: 'bob', room: 'tea' }))
    expectDescribed('post', '/addUser', await postForm(`${url}/addUser`, { name: 'bob' }))
    expectDescribed('get', '/me', await send(`${url}/me`, { headers: own }))
    expectDescribed('get', '/me', await send(`${url}/me`))

    const said = await sendJson(`${room}/chat`, { message: 'hi', key: 'k' }, own)
    expectDescribed('post', '/chat', said)
    expectDescribed('post', '/chat', await sendJson(`${room}/chat`, { message: 'hi', key: 'k' }, own))
    expectDescribed('post', '/chat', await postText(`${room}/chat`, 'anonymous'))
    expectDescribed('post', '/chat', await postText(`${room}/chat`, ''))
    const { id } = said.json
    const edit = (path: string, headers = {}) =>
      sendJson(`${room}/messages/${path}`, { message: 'ho' }, headers, 'PATCH')
    expectDescribed('patch', '/messages/{id}', await edit(id, own))
    expectDescribed('patch', '/messages/{id}', await edit(id))

    for (const query of [
      '',
      '?limit=1',
      `?before=${id}`,
      '?before=x-1',
      `?after=${id}`,
      '?after=x-1&wait=1',
      '?limit=0',
    ])
      expectDescribed('get', '/messages', await send(`${room}/messages${query}`))
    const ndjson = await send(`${room}/messages`, { headers: { Accept: 'application/x-ndjson' } })
    expectDescribed('get', '/messages', ndjson)
    for (const line of ndjson.text.trim().split('\n')) check('/components/schemas/Entry', JSON.parse(line))
    const remove = { method: 'DELETE', headers: own }
    expectDescribed('delete', '/messages/{id}', await send(`${room}/messages/${id}`, remove))
    expectDescribed('delete', '/messages/{id}', await send(`${room}/messages/${id}`, remove))

    expectDescribed('get', '/users', await send(`${room}/users`))
    expectDescribed('post', '/typing', await send(`${room}/typing`, { method: 'POST', headers: own }))
    expectDescribed('post', '/typing', await send(`${room}/typing`, { method: 'POST' }))
    for (const path of [
      '/',
      '/rooms',
      '/diagnostics',
      '/eventsource.js',
      '/embed.js',
      '/healthz',
      '/readyz',
      '/metrics',
    ])
      expectDescribed('get', path, await send(`${url}${path}`))
    const [asset] = /\/assets\/[\w.-]+\.js/.exec((await send(`${url}/`)).text)!
    expectDescribed('get', '/assets/{file}', await send(`${url}${asset}`))
    expectDescribed('get', '/assets/{file}', await send(`${url}/assets/none`))
    expectDescribed('delete', '/me', await send(`${url}/me`, remove))

    for (const path of ['/chat', '/stream', '/es']) {
      const listener = await listen(`${url}${path}`)
      const headers = new Headers({ 'content-type': listener.headers['content-type']! })
      expectDescribed('get', path, { status: listener.status, headers, text: '', json: undefined })
      listener.close()
    }
    const all = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => method in item).map((method) => `${method} ${path}`),
    )
    expect([...answered].filter((name) => !name.endsWith('refused')).toSorted()).to.deep.equal(all.toSorted())
  })

  it('is what the events of a stream are', async () => {
    const own = await takeName(url, 'eve')
    const listener = await listen(`${url}/chat?format=json`, own)
    await listener.until(1, 'roster')
    const { json } = await postForm(`${url}/chat`, { message: 'one' }, own)
    await sendJson(`${url}/messages/${json.id}`, { message: 'two' }, own, 'PATCH')
    await send(`${url}/messages/${json.id}`, { method: 'DELETE', headers: own })
    await send(`${url}/typing`, { method: 'POST', headers: own })
    await postForm(`${url}/addUser`, { name: 'eva' }, own)
    await listener.until(1, 'session')
    await listener.until(1, 'deleted')
    teahouse.hub.end(() => 1000)
    await listener.until(1, 'closing')
    const names = new Set(listener.events.map(({ event }) => event))
    expect([...names]).to.include.members(['ready', 'roster', 'message', 'edited', 'deleted', 'typing', 'session'])
    for (const { event, data } of listener.events) check(`/components/schemas/Event_${event}`, JSON.parse(data))
  })
})
