/** Counts open rooms by the client address for which they were opened. */
export class Openers {
  readonly #mostEach: number
  readonly #byRoom = new Map<string, string>()
  readonly #counts = new Map<string, number>()

  constructor(mostEach: number) {
    this.#mostEach = mostEach
  }

  /** Whether `mostEach` open rooms were opened for this address. */
  isFull(address: string): boolean {
    return (this.#counts.get(address) ?? 0) >= this.#mostEach
  }

  /** Call it before a room is opened. */
  add(room: string, address: string): void {
    this.#byRoom.set(room, address)
    this.#counts.set(address, (this.#counts.get(address) ?? 0) + 1)
  }

  /** Call it when a room has closed, or could not be opened. */
  remove(room: string): void {
    const address = this.#byRoom.get(room)
    if (address === undefined) return
    this.#byRoom.delete(room)
    const left = this.#counts.get(address)! - 1
    if (left > 0) this.#counts.set(address, left)
    else this.#counts.delete(address)
  }
}
