import { expect } from 'chai'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import * as sse from '../../src/sse/index.ts'
import { agrees, examplesOf, fencesOf, type Example, type Fence } from '../support/examples.ts'
import { freePort } from '../support/process/free-port.ts'
import { Program } from '../support/process/program.ts'
import { until } from '../support/until.ts'

const FILE = 'docs/sse.md'
const text = readFileSync(FILE, 'utf8')
const recipes = readdirSync('recipes').map((file) => readFileSync(`recipes/${file}`, 'utf8'))

describe(`the examples of ${FILE}`, () => {
  const programs: Program[] = []
  afterEach(async () => {
    for (const program of programs.splice(0)) await program.stop()
  })

  function start(...[command, ...args]: [string, ...string[]]): Program {
    const program = new Program(command, args)
    programs.push(program)
    return program
  }

  const run = ({ text }: Fence) => start(process.execPath, '--input-type=module', '--eval', text)

  async function serve(fence: Fence, example: Example): Promise<void> {
    const port = String(await freePort())
    const server = run({ ...fence, text: fence.text.replace('8080', port) })
    const command = example.command.replace('localhost:8080', `127.0.0.1:${port}`)
    let asked: Program
    await until(
      async () => {
        asked = start('bash', '-c', command)
        await until(() => asked.stdout !== '' || asked.child.exitCode !== null)
        return asked.stdout !== ''
      },
      () => `an answer of the server, which said ${server.stderr}`,
    )
    await until(
      () => agrees(asked.stdout, example),
      () => `the output of ${command}, got ${asked.stdout}`,
    )
  }

  const fences = fencesOf(FILE)
  const examples = examplesOf(FILE)
  for (const [index, fence] of fences.entries()) {
    if (fence.language !== 'js') continue
    const next = fences[index + 1]
    if (next?.language === 'console') {
      it(`line ${fence.line}: serves what is said`, () =>
        serve(
          fence,
          examples.find(({ line }) => line === next.line)!,
        ))
    } else if (next?.language === 'text') {
      it(`line ${fence.line}: prints what is said`, async () => {
        const program = run(fence)
        expect(await program.exit, program.stderr).to.equal(0)
        expect(program.stdout).to.equal(next.text)
      })
    } else {
      it(`line ${fence.line}: stands in a recipe`, () => {
        expect(recipes.some((recipe) => recipe.includes(fence.text))).to.equal(true)
      })
    }
  }

  it('are all of them run, and are there', () => {
    const languages = fences.map(({ language }) => language)
    expect(languages.filter((language) => language === 'js').length).to.be.above(5)
    expect(languages.filter((language) => !['js', 'console', 'text'].includes(language))).to.deep.equal([])
  })
})

describe(FILE, () => {
  it('has everything that the library exports, and all of its members', () => {
    const names = Object.entries(sse).flatMap(([name, value]) => membersOf(name, value))
    for (const name of names) expect(text, name).to.match(new RegExp(String.raw`\b${name}\b`))
  })

  it('links to what is there', () => {
    const anchors = [...text.matchAll(/^##+ (.*)$/gm)].map(
      ([, title]) => `#${title!.toLowerCase().replaceAll(' ', '-')}`,
    )
    for (const [, target] of text.matchAll(/\]\(((?!https?:)[^)]+)\)/g)) {
      if (target!.startsWith('#')) expect(anchors).to.include(target)
      else expect(existsSync(`docs/${target}`), target).to.equal(true)
    }
  })
})

/** What the hub calls of a channel, and what only a stream of Node's calls. */
const INNER = /^(constructor|flush|beat|hasEnded|hasOpened|write|send|pipe|_\w+)$/

/** An export, and what its instances have. */
function membersOf(name: string, value: object): string[] {
  const { prototype } = value as { prototype?: object }
  const members = prototype ? Object.getOwnPropertyNames(prototype) : []
  return [name, ...members.filter((member) => !INNER.test(member))]
}
