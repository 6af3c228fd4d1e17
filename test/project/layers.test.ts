import { expect } from 'chai'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** What each layer of `src` may import of the others. */
const MAY_IMPORT: Record<string, string[]> = {
  sse: [],
  chat: ['sse'],
  store: ['chat'],
  http: ['chat', 'sse'],
  metrics: ['chat', 'sse'],
  app: ['metrics', 'http', 'chat', 'sse'],
  server: ['app', 'http'],
  config: ['chat', 'http', 'server'],
  commands: ['config', 'store', 'chat'],
  journal: [],
  run: ['app', 'chat', 'server', 'journal', 'commands', 'config', 'store'],
  main: ['server'],
}

function layerOf(path: string): string {
  return path.split('/')[1]!.replace(/\.ts$/, '')
}

function importsOf(file: string): string[] {
  const specifiers = [...readFileSync(file, 'utf8').matchAll(/^(?:import|export) .*?from '(\.[^']+)'/gms)]
  return specifiers.map(([, specifier]) => join(dirname(file), specifier!))
}

describe('the layers of src', () => {
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))

  for (const file of files.map((name) => join('src', name))) {
    it(`lets ${file} import only what lies below it`, () => {
      const layer = layerOf(file)
      const foreign = importsOf(file)
        .map(layerOf)
        .filter((imported) => imported !== layer)
      expect(MAY_IMPORT, `${layer} is a layer of no known place`).to.have.property(layer)
      for (const imported of foreign) expect(MAY_IMPORT[layer]).to.include(imported)
    })
  }

  it('lets src/sse be used by itself: it imports no package', () => {
    for (const file of files.filter((name) => name.startsWith('sse/'))) {
      const source = readFileSync(join('src', file), 'utf8')
      for (const [, specifier] of source.matchAll(/from '([^']+)'/g)) expect(specifier).to.match(/^(\.\/|node:)/)
    }
  })
})
