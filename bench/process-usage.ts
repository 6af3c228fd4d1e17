import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second in /proc: the same on every Linux. */
const TICKS = 100

/** Seconds of CPU, user and system, that a process and its children have used. */
export function cpuSeconds(pid: number): number {
  return family(pid).reduce((sum, member) => {
    // The name in brackets may hold spaces; the fields after it do not.
    const fields = readFileSync(`/proc/${member}/stat`, 'utf8').split(') ')[1]!.split(' ')
    return sum + (Number(fields[11]) + Number(fields[12])) / TICKS
  }, 0)
}

/** Bytes of memory that a process and its children hold. */
export function residentBytes(pid: number): number {
  return family(pid).reduce((sum, member) => {
    const status = readFileSync(`/proc/${member}/status`, 'utf8')
    return sum + Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
  }, 0)
}

/** How many files and connections a process and its children have open. */
export function openDescriptors(pid: number): number {
  return family(pid).reduce((sum, member) => sum + readdirSync(`/proc/${member}/fd`).length, 0)
}

function family(pid: number): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' ').filter(Boolean).map(Number),
  )
  return [pid, ...children]
}
