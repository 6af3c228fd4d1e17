/** Callbacks for what the parser finds in a stream. */
export interface Findings {
  onEvent(type: string, data: string, lastEventId: string): void
  onRetry(milliseconds: number): void
}

/** Parses an event stream that arrives in pieces of any size; WHATWG HTML, 9.2.6 (Interpreting an event stream). */
export class EventStreamParser {
  /** The id to reconnect with: the id of the last complete block that had one. */
  lastEventId: string
  readonly #findings: Findings
  #id: string
  #type = ''
  #data = ''
  #line = ''
  #afterReturn = false

  // The standard starts each connection with an empty id, so a block without id would clear the cursor. Browsers keep it.
  constructor(lastEventId: string, findings: Findings) {
    this.lastEventId = this.#id = lastEventId
    this.#findings = findings
  }

  /** Whether the stream is between two events, so that no event is lost if it ends here. */
  get isBetweenEvents(): boolean {
    return this.#line === '' && this.#data === '' && this.#type === '' && this.#id === this.lastEventId
  }

  feed(text: string): void {
    if (text === '') return
    const lineEnd = /\r\n?|\n/g
    // If a CRLF is split between two pieces, the CR has already ended the line; skip the LF.
    let start = (lineEnd.lastIndex = this.#afterReturn && text[0] === '\n' ? 1 : 0)
    this.#afterReturn = text.endsWith('\r')
    for (let end = lineEnd.exec(text); end; end = lineEnd.exec(text)) {
      const line = this.#line + text.slice(start, end.index)
      this.#line = ''
      this.#readLine(line)
      start = lineEnd.lastIndex
    }
    this.#line += text.slice(start)
  }

  #readLine(line: string): void {
    if (line === '') return this.#dispatch()
    const colon = line.indexOf(':')
    if (colon === -1) return this.#readField(line, '')
    this.#readField(line.slice(0, colon), line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1))
  }

  #readField(field: string, value: string): void {
    if (field === 'data') this.#data += `${value}\n`
    else if (field === 'event') this.#type = value
    else if (field === 'id' && !value.includes('\0')) this.#id = value
    else if (field === 'retry' && /^[0-9]+$/.test(value)) this.#findings.onRetry(Number(value))
  }

  #dispatch(): void {
    const [type, data] = [this.#type || 'message', this.#data]
    this.lastEventId = this.#id
    this.#type = this.#data = ''
    if (data !== '') this.#findings.onEvent(type, data.slice(0, -1), this.lastEventId)
  }
}
