/** Takes the chunks off a body of HTTP/1.1 (RFC 9112, section 7.1), however it is split. Throws for what is no chunk. */
export class ChunkReader {
  #rest = Buffer.alloc(0)
  /** Whether the last chunk has come. */
  isComplete = false

  /** The bytes of the body that have come with these. */
  read(bytes: Uint8Array): Buffer {
    this.#rest = Buffer.concat([this.#rest, bytes])
    const body: Buffer[] = []
    for (;;) {
      const line = this.#rest.indexOf('\r\n')
      if (line < 0) break
      const size = this.#rest.toString('latin1', 0, line)
      if (!/^[0-9a-f]+$/.test(size)) throw new Error(`is no size of a chunk: ${JSON.stringify(size)}`)
      const start = line + 2
      const end = start + Number.parseInt(size, 16)
      if (this.#rest.length < end + 2) break
      if (this.#rest.toString('latin1', end, end + 2) !== '\r\n') throw new Error('a chunk does not end with CRLF')
      body.push(this.#rest.subarray(start, end))
      this.isComplete = end === start
      this.#rest = this.#rest.subarray(end + 2)
    }
    return Buffer.concat(body)
  }
}
