import { EventStream } from '../../../src/sse/index.ts'

/** An event stream whose reader takes everything as it comes, and keeps it. */
export class Ear {
  readonly stream = new EventStream()
  readonly chunks: Buffer[] = []

  constructor() {
    this.stream.on('data', (chunk: Buffer) => this.chunks.push(chunk))
  }

  get text(): string {
    return Buffer.concat(this.chunks).toString()
  }
}
