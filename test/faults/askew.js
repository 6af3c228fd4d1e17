/**
 * Loaded into a server before it starts. FAULTS_SKEW_MS is by how much its wall clock is off; with FAULTS_SWEEP_MS what is
 * done once a minute, retention above all, is done as often as that.
 */
const skewMs = Number(process.env.FAULTS_SKEW_MS ?? 0)
const sweepMs = Number(process.env.FAULTS_SWEEP_MS ?? 0)
const MINUTE_MS = 60_000

if (skewMs !== 0) {
  const RealDate = Date
  globalThis.Date = class extends RealDate {
    constructor(...args) {
      if (args.length === 0) super(RealDate.now() + skewMs)
      else super(...args)
    }

    static now() {
      return RealDate.now() + skewMs
    }
  }
}

if (sweepMs !== 0) {
  const { setInterval } = globalThis
  globalThis.setInterval = (work, ms, ...args) => setInterval(work, ms === MINUTE_MS ? sweepMs : ms, ...args)
}
