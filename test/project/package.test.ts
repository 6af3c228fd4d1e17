import { expect } from 'chai'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { consumerOf } from '../support/consumer.ts'
import '../support/run/built.ts'
import { postForm, send } from '../support/http/client.ts'
import { listen } from '../support/http/listener.ts'
import { skipWithout } from '../support/run/missing.ts'
import { Program } from '../support/process/program.ts'

interface Packed {
  filename: string
  files: { path: string }[]
}

describe('the package', function () {
  this.timeout(300_000)
  let folder: string
  let packed: Packed
  let program: Program | undefined
  const npm = (...args: string[]) => execFileSync('npm', args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })

  before(function () {
    folder = mkdtempSync(join(tmpdir(), 'teahouse-package-'))
    // Without its scripts: the suite runs on what is built already.
    ;[packed] = JSON.parse(npm('pack', resolve('.'), '--ignore-scripts', '--json')) as [Packed]
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ type: 'module', private: true }))
    try {
      npm('install', `./${packed.filename}`, '--prefer-offline', '--no-audit', '--no-fund')
    } catch (error) {
      if (process.env.CI) throw error
      skipWithout(this, 'a registry of packages')
    }
  })
  afterEach(() => program?.stop())
  after(() => rmSync(folder, { recursive: true, force: true }))

  it('has what is needed in it, and nothing else', () => {
    const paths = packed.files.map(({ path }) => path)
    const built = /^dist\/((\w[\w-]*\/)*[\w-]+\.js|sse\/[\w-]+\.d\.ts|views\/[\w./-]+\.(html|js|css|svg)(\.br|\.gz)?)$/
    const written =
      /^([A-Z]+\.md|LICENSE|package\.json|docs\/[\w-]+\.(md|json)|(deploy|recipes)\/[\w-]+\.(service|sh|js|html))$/
    expect(paths.filter((path) => !built.test(path) && !written.test(path))).to.deep.equal([])
    expect(paths).to.include.members(['LICENSE', 'README.md', 'dist/main.js', 'dist/views/chat.html'])
  })

  it('starts with npx, is spoken to, and keeps its data when it starts again', async () => {
    const start = async () => {
      program = new Program('npx', ['teahouse', '--port', '0', '--host', '127.0.0.1'], { cwd: folder })
      return /http:\S+/.exec(await program.prints(/listens on http:\S+ /))![0]
    }
    let url = await start()
    const listener = await listen(`${url}/chat`, { 'Accept-Language': 'en' })
    expect((await postForm(`${url}/chat`, { name: 'bob', message: 'hi' })).status).to.equal(201)
    expect((await listener.until(2))[1]!.data).to.equal('bob: hi')
    expect((await send(`${url}/`)).text).to.include('bob')
    listener.close()
    await program!.stop()
    url = await start()
    expect((await send(`${url}/messages`)).json.messages[0]).to.include({ name: 'bob', text: 'hi' })
  })

  it('gives teahouse/sse to JavaScript', async () => {
    const script = "import { encode } from 'teahouse/sse'; process.stdout.write(encode({ id: '1', data: 'hi' }))"
    program = new Program(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder })
    expect(await program.exit).to.equal(0)
    expect(program.stdout).to.equal('data: hi\nid: 1\n\n')
  })

  it('gives teahouse/sse to TypeScript, with its types', async () => {
    writeFileSync(join(folder, 'server.ts'), consumerOf('teahouse/sse'))
    const types = ['--types', 'node', '--typeRoots', resolve('node_modules/@types')]
    const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', ...types]
    program = new Program(resolve('node_modules/.bin/tsc'), [...options, 'server.ts'], { cwd: folder })
    expect(await program.exit, program.stdout).to.equal(0)
  })

  it('gives nothing else of its inside', async () => {
    const script = "import 'teahouse/dist/app.js'"
    program = new Program(process.execPath, ['--input-type=module', '--eval', script], { cwd: folder })
    expect(await program.exit).to.equal(1)
    expect(program.stderr).to.include('ERR_PACKAGE_PATH_NOT_EXPORTED')
  })
})
