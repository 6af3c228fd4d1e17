import { ensureViews } from './build.ts'

// Whoever imports this module finds in `dist/views` the pages as the sources of now make them.
ensureViews()
