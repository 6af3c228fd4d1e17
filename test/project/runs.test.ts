import { expect } from 'chai'
import { Program } from '../support/process/program.ts'

/** Runs mocha over a file of `test/project/runs`, in a process of its own. */
async function run(file: string, env: NodeJS.ProcessEnv = {}): Promise<{ code: number | null; output: string }> {
  const args = ['node_modules/mocha/bin/mocha.js', `test/project/runs/${file}`]
  // As from a terminal, whatever runs this test.
  const clean = { CI: '', TEST_MISSING: undefined, MOCHA_WORKER_ID: undefined, TEST_HANDLES_MS: '200' }
  const program = new Program(process.execPath, args, { env: { ...clean, ...env } })
  const code = await program.exit
  return { code, output: program.stdout + program.stderr }
}

describe('a run of the tests', () => {
  it('fails a suite that leaves a handle open, and does not blame the next', async () => {
    const { code, output } = await run('leaking.ts', { TEST_HANDLES: '1' })
    expect(code).not.to.equal(0)
    expect(output)
      .to.match(/2 passing/)
      .and.match(/1 failing/)
    expect(output)
      .to.match(/handles that the suite has left open/)
      .and.match(/1 TCPServerWrap/)
    expect(output, 'where it was opened').to.match(/leaking\.ts:4/)
  })

  it('says once what this machine lacks', async () => {
    const { code, output } = await run('needy.ts')
    expect(code).to.equal(0)
    expect(output).to.match(/2 pending/)
    expect(output.match(/no-such-program/g)).to.have.length(1)
  })

  it('fails in CI where a program is missing', async () => {
    const { code, output } = await run('needy.ts', { CI: 'true' })
    expect(code).not.to.equal(0)
    expect(output).to.match(/no-such-program is not installed/)
  })
})
