import { createHash } from 'node:crypto'

/**
 * A Lua script, which Redis runs atomically. All its keys must have the same hash tag, so that they are on one server.
 */
export class Script {
  readonly source: string
  readonly sha: string

  constructor(source: string) {
    this.source = source
    this.sha = createHash('sha1').update(source).digest('hex')
  }
}
