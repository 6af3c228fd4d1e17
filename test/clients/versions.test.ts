import { expect } from 'chai'
import { readFileSync } from 'node:fs'

const read = (file: string) => readFileSync(file, 'utf8')

/** The version that npm has installed under a name. */
function installed(name: string): string {
  return (JSON.parse(read(`node_modules/${name}/package.json`)) as { version: string }).version
}

describe('docs/clients.md', () => {
  const rows = [...read('docs/clients.md').matchAll(/^\| `([^`]+)`[^|]* \| (\d[\d.]*) \|/gm)]
  const listed = rows.map(([, name, version]) => `${name} ${version}`)

  it('has the versions of the clients from npm that the tests run', () => {
    const names = ['eventsource', 'eventsource-client', 'undici', 'launchdarkly-eventsource']
    const browsers = ['@microsoft/fetch-event-source', 'event-source-polyfill']
    expect(listed).to.include.members([...names, ...browsers].map((name) => `${name} ${installed(name)}`))
    expect(listed).to.include.members(
      ['eventsource-2', 'eventsource-3'].map((name) => `eventsource ${installed(name)}`),
    )
  })

  it('has the versions of the clients in Python and Go that `npm run interop` runs', () => {
    const python = read('test/clients/python/requirements.txt').matchAll(/^([\w-]*sse[\w-]*)==(.*)$/gm)
    const go = read('test/clients/go/go.mod').matchAll(/^\t(\S*(?:sse|eventsource)\S*) v(\S+)$/gm)
    const wanted = [...python, ...go].map(([, name, version]) => `${name} ${version}`)
    expect(wanted).to.have.length(4)
    expect(listed).to.include.members(wanted)
  })
})
