import { expect } from 'chai'
import { existsSync } from 'node:fs'
import { allIn, cycleIn, importsIn, importsOf } from '../support/project/imports.ts'

/** What each layer, a folder or file at the top of `src`, may import of the others. */
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
  main: ['server', 'run'],
}

const src = importsIn('src')
const views = importsIn('views')

function layerOf(file: string): string {
  return file.split('/')[1]!.replace(/\.ts$/, '')
}

describe('the layers of src', () => {
  for (const [layer, below] of Object.entries(MAY_IMPORT)) {
    it(`let ${layer} import nothing of ours but ${below.join(', ') || 'itself'}`, () => {
      const isForeign = (path: string) => path.startsWith('src/') && ![layer, ...below].includes(layerOf(path))
      const imported = allIn(src, (file) => layerOf(file) === layer)
      expect(imported.filter(isForeign)).to.deep.equal([])
    })
  }

  it('have a place each', () => {
    expect([...new Set([...src.keys()].map(layerOf))].toSorted()).to.deep.equal(Object.keys(MAY_IMPORT).toSorted())
  })

  it('import nothing of ours outside of src', () => {
    const outside = allIn(src).filter((path) => !path.startsWith('src/') && existsSync(path))
    expect(outside).to.deep.equal([])
  })

  it('let src/sse be used by itself: it imports no package', () => {
    const sse = allIn(src, (file) => layerOf(file) === 'sse')
    expect(sse.filter((path) => !/^(src\/sse\/|node:)/.test(path))).to.deep.equal([])
  })

  it('have no cycle', () => {
    expect(cycleIn(src)).to.equal(undefined)
  })
})

describe('the views', () => {
  it('import nothing of src', () => {
    expect(allIn(views).filter((path) => path.startsWith('src/'))).to.deep.equal([])
  })

  it('have no cycle', () => {
    expect(cycleIn(views)).to.equal(undefined)
  })
})

describe('the reading of imports', () => {
  it('finds each kind of import', () => {
    const text = `
      import type { A } from './a.ts'
      import b from 'b'
      export * from './c.ts'
      export { d } from './d.ts'
      const e = await import('../e.ts')
      type F = import('./f.ts').F
      export const g = "import h from './h.ts'"
    `
    const found = importsOf('src/x/file.ts', text)
    expect([...found]).to.deep.equal(['src/x/a.ts', 'b', 'src/x/c.ts', 'src/x/d.ts', 'src/e.ts', 'src/x/f.ts'])
  })

  it('finds a cycle', () => {
    const imports = { a: ['b'], b: ['c', 'd'], c: [], d: ['b'] }
    const graph = new Map(Object.entries(imports).map(([file, paths]) => [file, new Set(paths)]))
    expect(cycleIn(graph)).to.deep.equal(['b', 'd', 'b'])
  })
})
