import type { Outcome } from './checks/report.ts'
import type { FaultOptions } from './options.ts'
import type { Random } from './random.ts'
import { Exporter } from './readers/exporter.ts'

/** Has rooms exported from `url` all the time while `run` runs, and adds what is wrong with that to its outcome. */
export async function withExports(
  { exports, keep }: FaultOptions,
  url: string,
  random: Random,
  run: () => Promise<Outcome>,
): Promise<Outcome> {
  const exporters = Array.from({ length: exports }, () => new Exporter(url, random.fork(), keep > 0))
  for (const exporter of exporters) exporter.start()
  try {
    const { counts, findings, complaints } = await run()
    const sum = (figure: (exporter: Exporter) => number) => exporters.reduce((total, one) => total + figure(one), 0)
    return {
      counts: {
        ...counts,
        'exports, whole': sum(({ whole }) => whole),
        'exports, broken off': sum(({ broken }) => broken),
      },
      findings: [...findings, ...exporters.flatMap((exporter) => exporter.findings)],
      complaints,
    }
  } finally {
    await Promise.all(exporters.map((exporter) => exporter.stop()))
  }
}
