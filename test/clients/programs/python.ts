import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { CACHE } from './cache.ts'
import { run } from './run.ts'

const VENV = join(CACHE, 'venv')
/** The Python that has the packages of requirements.txt, once `installPython` has run. */
export const PYTHON = join(VENV, 'bin', 'python')
const SOURCES = 'test/clients/python'

/** Installs the packages into an environment of their own, unless they are there. */
export function installPython(): void {
  const isInstalled = spawnSync(PYTHON, ['-c', 'import httpx_sse, requests, sseclient']).status === 0
  if (isInstalled) return
  run('python3', ['-m', 'venv', '--clear', VENV])
  run(PYTHON, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '-r', `${SOURCES}/requirements.txt`])
}
