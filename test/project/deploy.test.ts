import { expect } from 'chai'
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import '../support/run/built.ts'
import { Program } from '../support/process/program.ts'
import { skipWithout } from '../support/run/missing.ts'
import { findProgram } from '../support/run/programs.ts'
import { startTeahouse } from '../support/teahouse.ts'

describe('the unit of systemd', () => {
  let folder: string
  let unit: string
  before(function () {
    if (findProgram('systemd-analyze') === undefined) skipWithout(this, 'systemd-analyze')
    folder = mkdtempSync(join(tmpdir(), 'teahouse-unit-'))
    unit = join(folder, 'teahouse.service')
    // It asks whether the program is there.
    writeFileSync(
      unit,
      readFileSync('deploy/teahouse.service', 'utf8').replace(/^ExecStart=.*/m, 'ExecStart=/bin/true'),
    )
  })
  after(() => folder && rmSync(folder, { recursive: true }))

  it('is one that systemd understands', () => {
    const { status, stderr } = spawnSync('systemd-analyze', ['verify', unit], { encoding: 'utf8' })
    expect(status, stderr).to.equal(0)
    expect(stderr).not.to.include(unit)
  })

  it('is exposed to little', () => {
    // Ten times the exposure level, of which 10.0 is the worst and 2.0 the best that systemd has a word for.
    const args = ['security', '--offline=true', '--threshold=20', unit]
    const { status, stdout } = spawnSync('systemd-analyze', args, { encoding: 'utf8' })
    expect(status, stdout).to.equal(0)
  })
})

describe('the Dockerfile', () => {
  const lines = readFileSync('Dockerfile', 'utf8').split('\n')
  const of = (word: string) =>
    lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1))

  it('copies what is there and is let in', () => {
    const sources = of('COPY')
      .filter((line) => !line.startsWith('--from'))
      .flatMap((line) => line.split(' ').slice(0, -1))
    const letIn = readFileSync('.dockerignore', 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('!'))
    expect(sources.map((source) => `!${source}`).toSorted()).to.deep.equal(letIn.toSorted())
    for (const source of sources) expect(existsSync(source), source).to.equal(true)
  })

  it('runs the command as nobody in particular', () => {
    expect(of('USER')).to.deep.equal(['node'])
    const [node, file] = JSON.parse(of('ENTRYPOINT')[0]!) as string[]
    expect([node, existsSync(file!)]).to.deep.equal(['node', true])
  })

  it('is healthy while the server answers', async () => {
    const [command, ...args] = JSON.parse(of('HEALTHCHECK')[0]!.replace(/^.* CMD /, '')) as string[]
    const teahouse = await startTeahouse()
    const env = { PORT: new URL(teahouse.url).port }
    expect(await new Program(command!, args, { env }).exit).to.equal(0)
    await teahouse.stop()
    expect(await new Program(command!, args, { env }).exit).to.equal(1)
  })
})
