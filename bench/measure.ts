import { cpuSeconds } from './process-usage.ts'

/** What a stretch of work took. */
export interface Cost {
  seconds: number
  /** Seconds of CPU that the server used. */
  server: number
  /** Seconds of CPU that this process, the load, used. */
  load: number
}

/** Measures the server with this pid, and the load beside it, while `work` is done; `result` is what that came to. */
export async function measure<Result>(pid: number, work: () => Promise<Result>): Promise<Cost & { result: Result }> {
  const server = cpuSeconds(pid)
  const load = process.cpuUsage()
  const started = performance.now()
  const result = await work()
  const { user, system } = process.cpuUsage(load)
  return {
    seconds: (performance.now() - started) / 1000,
    server: cpuSeconds(pid) - server,
    load: (user + system) / 1e6,
    result,
  }
}
