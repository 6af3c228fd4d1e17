import { spawnSync } from 'node:child_process'
import { programIn } from '../support/examples.ts'
import { skipWithout } from '../support/run/missing.ts'
import { requireProgram } from '../support/run/programs.ts'
import { describeClients } from './describe-clients.ts'
import { cacheProgram } from './programs/cache.ts'
import { buildGo, buildGoExample, goBinary } from './programs/go.ts'
import { exampleClient, programClient } from './programs/program-client.ts'
import { installPython, PYTHON } from './programs/python.ts'

const DOCUMENT = 'docs/clients.md'
/** The first build of a program in Go compiles the standard library. */
const INSTALL_MS = 600_000

describe('SSE clients in Python', () => {
  const example = cacheProgram('example.py', programIn(DOCUMENT, 'python'))
  before(function () {
    this.timeout(INSTALL_MS)
    const python3 = requireProgram(this, 'python3')
    const hasVenv = spawnSync(python3, ['-c', 'import ensurepip, venv']).status === 0
    if (!hasVenv && !process.env.CI) skipWithout(this, 'python3-venv')
    installPython()
  })
  const python = (name: string, file: string) =>
    programClient({ name, command: PYTHON, args: [`test/clients/python/${file}`] })
  const clients = [
    python('httpx-sse', 'httpx_sse_client.py'),
    python('sseclient-py', 'sseclient_py_client.py'),
    exampleClient({ name: DOCUMENT, command: PYTHON, args: [example] }),
  ]
  describe('cut ten times', () => describeClients(clients))
})

describe('SSE clients in Go', () => {
  before(function () {
    this.timeout(INSTALL_MS)
    requireProgram(this, 'go')
    buildGo()
    buildGoExample('example', programIn(DOCUMENT, 'go'))
  })
  const clients = [
    programClient({ name: 'launchdarkly/eventsource', command: goBinary('launchdarkly') }),
    programClient({ name: 'r3labs/sse', command: goBinary('r3labs'), weaknesses: ['hands on parts'] }),
    exampleClient({ name: DOCUMENT, command: goBinary('example') }),
  ]
  describe('cut ten times', () => describeClients(clients))
})
