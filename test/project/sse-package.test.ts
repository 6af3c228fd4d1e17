import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { consumerOf } from '../support/consumer.ts'
import { listen } from '../support/http/listener.ts'
import { freePort } from '../support/process/free-port.ts'
import { Program } from '../support/process/program.ts'
import { until } from '../support/until.ts'

describe('the package teahouse-sse', function () {
  this.timeout(120_000)
  let folder: string
  let installed: string
  let program: Program | undefined
  const fileOf = (path: string) => readFileSync(join(installed, path), 'utf8')

  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'teahouse-sse-'))
    const home = join(folder, 'server')
    mkdirSync(home)
    const file = execFileSync('npm', ['run', '--silent', 'pack:sse', '--', folder], { encoding: 'utf8', stdio: 'pipe' })
    writeFileSync(join(home, 'package.json'), JSON.stringify({ type: 'module', private: true }))
    const options = ['--offline', '--no-audit', '--no-fund', '--cache', join(folder, 'cache')]
    execFileSync('npm', ['install', `../${file.trim()}`, ...options], { cwd: home, stdio: 'pipe' })
    installed = join(home, 'node_modules', 'teahouse-sse')
    folder = home
  })
  afterEach(() => program?.stop())
  after(() => rmSync(resolve(folder, '..'), { recursive: true, force: true }))

  it('brings nothing else with it, and has what is needed in it', () => {
    expect(readdirSync(resolve(installed, '..')).filter((name) => !name.startsWith('.'))).to.deep.equal([
      'teahouse-sse',
    ])
    expect(JSON.parse(fileOf('package.json'))).not.to.have.any.keys('dependencies', 'peerDependencies', 'scripts')
    expect(readdirSync(installed).toSorted()).to.deep.equal(['LICENSE', 'README.md', 'dist', 'package.json', 'recipes'])
    const built = readdirSync(join(installed, 'dist'))
    expect(built.filter((file) => !/^[\w-]+\.(js|d\.ts)$/.test(file))).to.deep.equal([])
  })

  it('speaks of itself by its own name, and links to nothing that is not there', () => {
    const texts = ['README.md', ...readdirSync(join(installed, 'recipes')).map((file) => `recipes/${file}`)]
    for (const path of texts) {
      expect(fileOf(path), path).not.to.match(/teahouse\/sse|npm i teahouse(?!-sse)/)
      for (const [, target] of fileOf(path).matchAll(/\]\((?!https?:|#)([^)#]+)/g))
        expect(() => fileOf(target!)).not.to.throw()
    }
  })

  it('is imported by JavaScript', async () => {
    const script = "import { encode } from 'teahouse-sse'; process.stdout.write(encode({ id: '1', data: 'hi' }))"
    program = new Program(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder })
    expect(await program.exit, program.stderr).to.equal(0)
    expect(program.stdout).to.equal('data: hi\nid: 1\n\n')
  })

  it('is imported by TypeScript, with all of its types', async () => {
    writeFileSync(join(folder, 'server.ts'), consumerOf('teahouse-sse'))
    const types = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')]
    const options = [
      '--noEmit',
      '--strict',
      '--exactOptionalPropertyTypes',
      '--module',
      'nodenext',
      '--target',
      'es2022',
    ]
    program = new Program(resolve('node_modules/.bin/tsc'), [...options, ...types, 'server.ts'], { cwd: folder })
    expect(await program.exit, program.stdout).to.equal(0)
  })

  it('runs its recipes', async () => {
    const port = await freePort()
    const recipe = join('node_modules', 'teahouse-sse', 'recipes', 'http.js')
    program = new Program(process.execPath, [recipe], { cwd: folder, env: { PORT: String(port) } })
    const url = `http://127.0.0.1:${port}`
    await until(() =>
      fetch(url, { method: 'HEAD' }).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    const listener = await listen(url)
    await listener.until(1, 'time')
    listener.close()
  })
})
