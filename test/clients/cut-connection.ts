import type { Socket } from 'node:net'
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Random } from '../faults/random.ts'
import { reset } from '../support/reset.ts'
import type { Weakness } from './client.ts'

const MOST_PIECE_BYTES = 7
/** So much of what comes at a time is passed in small pieces; the rest in two large ones, or it would take too long. */
const SHREDDED_BYTES = 40
const LINE_FEED = 0x0a
/** The end of the headers, and of the first block after it. */
const OPENING = /\r\n\r\n[^]*\n\n/
/** As long as what it replaces, so that the length of a chunk stays right. */
const [RETRY, HURRIED_RETRY] = ['retry: 3000\n', 'retry: 0020\n']

export interface CutConnectionParts {
  client: Socket
  server: Socket
  random: Random
  weaknesses: readonly Weakness[]
  onCut: () => void
}

/** A client's connection and its continuation to the server, which can be cut after any byte that comes down. */
export class CutConnection {
  readonly #parts: CutConnectionParts
  #passed = 0
  #limit = Infinity
  #lastByte = 0
  /** What has come down; kept until the first block is complete. */
  #opening: string | undefined = ''
  #isOver = false

  constructor(parts: CutConnectionParts) {
    this.#parts = parts
    const { client, server } = parts
    for (const socket of [client, server]) {
      socket.setNoDelay(true)
      socket.on('error', () => this.destroy())
    }
    client.on('data', (bytes) => server.write(bytes))
    client.on('close', () => this.destroy())
  }

  /** Whether the first block has passed, and the connection is not cut. */
  get isOpen(): boolean {
    return this.#opening === undefined && !this.#isOver
  }

  cutAfter(bytes: number): void {
    this.#limit = this.#passed + bytes
  }

  /** Resolves when nothing passes any more. */
  async run(): Promise<void> {
    try {
      for await (const chunk of this.#parts.server as AsyncIterable<Buffer>) await this.#passDown(hurry(chunk))
      this.#parts.client.end()
      this.#isOver = true
    } catch {
      this.destroy()
    }
  }

  destroy(): void {
    this.#isOver = true
    this.#parts.client.destroy()
    this.#parts.server.destroy()
  }

  async #passDown(chunk: Buffer): Promise<void> {
    const { random, client } = this.#parts
    const shreds = random.integer(0, Math.max(0, chunk.length - SHREDDED_BYTES))
    for (let start = 0; start < chunk.length && !this.#isOver;) {
      const rest = chunk.subarray(start)
      const place = this.#placeOfCut(rest)
      const piece = rest.subarray(0, Math.min(this.#sizeOfPiece(start - shreds), place))
      client.write(piece)
      this.#note(piece)
      if (piece.length === place) return this.#cut()
      start += piece.length
      // Pieces that are written in one turn arrive as one.
      await nextTurn()
    }
  }

  /** `position` counts from where the small pieces begin. */
  #sizeOfPiece(position: number): number {
    if (position < 0) return -position
    return position < SHREDDED_BYTES ? this.#parts.random.integer(1, MOST_PIECE_BYTES) : Infinity
  }

  /** How many of these bytes come before the cut; Infinity when it is not among them. */
  #placeOfCut(bytes: Buffer): number {
    const place = Math.max(0, this.#limit - this.#passed)
    if (place >= bytes.length) return Infinity
    const { weaknesses } = this.#parts
    const before = place === 0 ? this.#lastByte : bytes[place - 1]
    const isBlockEnd = before === LINE_FEED && bytes[place] === LINE_FEED
    if (isBlockEnd && weaknesses.includes('advances early')) return place + 1
    return weaknesses.includes('hands on parts') ? this.#endOfBlock(bytes, place) : place
  }

  /** The place itself when it is in the headers, else the end of the block that it is in. */
  #endOfBlock(bytes: Buffer, place: number): number {
    const isInBlocks = this.#opening?.includes('\r\n\r\n') ?? true
    const endOfHeaders = isInBlocks ? 0 : bytes.indexOf('\r\n\r\n')
    if (endOfHeaders === -1 || place < endOfHeaders) return place
    const end = bytes.indexOf('\n\n', Math.max(endOfHeaders, place - 1))
    return end === -1 ? Infinity : end + 2
  }

  #note(piece: Buffer): void {
    this.#passed += piece.length
    this.#lastByte = piece.at(-1) ?? this.#lastByte
    if (this.#opening === undefined) return
    this.#opening += piece.toString('latin1')
    if (OPENING.test(this.#opening)) this.#opening = undefined
  }

  #cut(): void {
    const { client, server, random, onCut } = this.#parts
    this.#isOver = true
    if (random.chance(0.5)) client.destroySoon()
    else reset(client)
    server.destroy()
    onCut()
  }
}

/** Has the client come back soon. */
function hurry(chunk: Buffer): Buffer {
  const at = chunk.indexOf(RETRY)
  if (at !== -1) chunk.write(HURRIED_RETRY, at)
  return chunk
}
