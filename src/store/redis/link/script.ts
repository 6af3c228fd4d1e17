import { createHash } from 'node:crypto'

/** A program that a server runs in one step, which nothing comes between. It touches the keys of one hash tag alone. */
export class Script {
  readonly source: string
  readonly sha: string

  constructor(source: string) {
    this.source = source
    this.sha = createHash('sha1').update(source).digest('hex')
  }
}
