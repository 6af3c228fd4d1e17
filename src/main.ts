#!/usr/bin/env node
import { EndSignals } from './server/end-signals.ts'

// Before anything else is loaded, which takes a moment: until then a signal would end the process as if it had failed.
const signals = new EndSignals()
const { main } = await import('./run.ts')
await main(signals)
