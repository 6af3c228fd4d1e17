import type { Contestant } from './contestants.ts'
import type { Sizes } from './options.ts'
import type { Results } from './report/results.ts'

/** What a scenario works with, and where its figures go. */
export interface Setting {
  contestants: Contestant[]
  sizes: Sizes
  results: Results
  /** Where servers may store; removed at the end. */
  directory: string
}

export type Scenario = (setting: Setting) => Promise<void>
