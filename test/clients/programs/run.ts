import { spawnSync } from 'node:child_process'

/** Runs a command to its end; throws what it has printed when it fails. */
export function run(command: string, args: string[]): void {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stdout}${stderr}`)
}
