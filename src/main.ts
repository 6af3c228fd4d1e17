#!/usr/bin/env node
import { EndSignals } from './server/end-signals.ts'

// Catch signals before loading the other modules: without a handler, a signal during start-up would look like a crash.
const signals = new EndSignals()
const { main } = await import('./run.ts')
await main(signals)
