import { expect } from 'chai'
import { readFileSync } from 'node:fs'
import { ERRORS } from '../../src/http/middleware/error-table.ts'
import { send } from '../support/http/client.ts'
import { agrees, examplesOf, steady, type Example } from '../support/examples.ts'
import { Program } from '../support/process/program.ts'
import { requireProgram } from '../support/run/programs.ts'
import { startTeahouse, type Teahouse } from '../support/teahouse.ts'
import { until } from '../support/until.ts'

for (const file of ['README.md', 'docs/protocol.md']) {
  describe(`the examples of ${file}`, () => {
    let teahouse: Teahouse
    const env: Record<string, string> = {}
    before(async function () {
      for (const command of ['bash', 'curl']) requireProgram(this, command)
      teahouse = await startTeahouse({ graceMs: 100, announceMs: 1 })
    })
    after(() => teahouse?.stop())

    /** The command with the ids of this log, where the document has those of another. */
    async function ofHere(command: string): Promise<string> {
      const { cursor } = (await send(`${teahouse.url}/messages`)).json
      const [epoch] = String(cursor).split('-')
      return command.replaceAll('localhost:8012', teahouse.url).replaceAll(/\bk3f9x2ab-/g, `${epoch}-`)
    }

    async function run(example: Example): Promise<void> {
      const command = await ofHere(example.command)
      const variable = /^([A-Z]+)=/.exec(command)?.[1]
      const script = variable === undefined ? command : `${command}; printf %s "$${variable}"`
      const program = new Program('bash', ['-c', script], { env })
      try {
        if (variable === undefined) {
          // A stream goes on; what is in the document is how it begins.
          await until(
            () => agrees(program.stdout, example),
            () => report(example, program),
          )
        } else {
          await program.exit
          env[variable] = program.stdout
        }
      } finally {
        await program.stop()
      }
      await until(() => [...teahouse.rooms].every(({ audience }) => audience.isEmpty))
    }

    const report = ({ output }: Example, { stdout, stderr }: Program) =>
      `the output\n${steady(output)}got\n${steady(stdout)}${stderr}`

    const examples = examplesOf(file)
    it('are there', () => expect(examples).not.to.be.empty)
    for (const example of examples) it(`line ${example.line}: ${example.command}`, () => run(example))
  })
}

describe('docs/protocol.md', () => {
  it('has every code under its status', () => {
    const rows = [...readFileSync('docs/protocol.md', 'utf8').matchAll(/^\| (\d{3}) \| (`.*`) \|$/gm)]
    const listed = rows.flatMap(([, status, codes]) =>
      [...codes!.matchAll(/`(\w+)`/g)].map(([, code]) => [code, status]),
    )
    expect(Object.fromEntries(listed)).to.deep.equal(
      Object.fromEntries(Object.entries(ERRORS).map(([code, { status }]) => [code, String(status)])),
    )
  })
})

describe('the README', () => {
  it('has no figure of the benchmarks but those that they print', () => {
    const rows = [...readFileSync('README.md', 'utf8').matchAll(/^\|[^|]*\| ([^|]*) \| `npm run bench` *\|$/gm)]
    const figures = rows.flatMap(([, text]) => text!.match(/\d[\d,.]*/g) ?? [])
    expect(figures.length).to.be.above(3)
    const printed = readFileSync('docs/benchmarks.md', 'utf8')
    for (const figure of figures) expect(printed).to.match(new RegExp(`\\| +${figure} `))
  })

  it('shows the recipe as it is', () => {
    const [, shown] = /```js\n([^]*?)```/.exec(readFileSync('README.md', 'utf8'))!
    expect(readFileSync('recipes/http.js', 'utf8')).to.include(shown)
  })
})
