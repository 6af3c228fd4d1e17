import { ensureCommand } from './build.ts'

// Whoever imports this module finds in `dist` the command and the pages as the sources of now make them.
ensureCommand()
