export type Movement = 'joined' | 'left'

/**
 * Who has come and gone, told at once and then no more than once in `everyMs`, so that a crowd does not make a storm.
 * Somebody who comes and goes, or goes and comes, between two tellings is not mentioned.
 */
export class Announcements {
  readonly #everyMs: number
  readonly #tell: (movements: ReadonlyMap<string, Movement>) => void
  #untold = new Map<string, Movement>()
  #pause: NodeJS.Timeout | undefined

  constructor(everyMs: number, tell: (movements: ReadonlyMap<string, Movement>) => void) {
    this.#everyMs = everyMs
    this.#tell = tell
  }

  add(name: string, movement: Movement): void {
    const untold = this.#untold.get(name)
    if (untold === undefined) this.#untold.set(name, movement)
    else if (untold !== movement) this.#untold.delete(name)
    if (!this.#pause) this.#flush()
  }

  stop(): void {
    clearTimeout(this.#pause)
  }

  #flush(): void {
    this.#pause = undefined
    if (this.#untold.size === 0) return
    this.#tell(this.#untold)
    this.#untold = new Map()
    this.#pause = setTimeout(() => this.#flush(), this.#everyMs).unref()
  }
}
