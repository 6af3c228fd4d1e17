import type { Name } from '../names/name.ts'

export interface Roster {
  /** Everybody: the named and the guests. */
  count: number
  /** The names of those who have one; left out when there are too many. */
  users?: string[]
  /** How many listen without a name. */
  guests: number
}

export interface PresenceOptions {
  /** Milliseconds that a leaver has to come back unnoticed. */
  graceMs: number
  onJoined: (name: string) => void
  onLeft: (name: string) => void
}

interface Person {
  text: string
  /** How many streams and long polls the person has here. */
  places: number
  leaving: NodeJS.Timeout | undefined
}

/**
 * Who is in a room. A person is there from the first of their streams until `graceMs` after the last; `onJoined` and
 * `onLeft` are called once each, however many streams come and go in between.
 */
export class Presence {
  readonly #options: PresenceOptions
  readonly #people = new Map<string, Person>()
  #guests = 0
  readonly #guestsElsewhere = new Map<string, number>()

  constructor(options: PresenceOptions) {
    this.#options = options
  }

  /** How many there are, the named and the guests. */
  get count(): number {
    return this.#people.size + this.#allGuests()
  }

  /** How many people with a name there are. */
  get named(): number {
    return this.#people.size
  }

  /** Counts a stream in; the returned function counts it out again. */
  enter(name: Name | undefined): () => void {
    return name ? this.#enterNamed(name) : this.#enterGuest()
  }

  /** Somebody has just taken a name here: they are in for `graceMs`, in which their stream may follow. */
  announce(name: Name): void {
    this.#enterNamed(name)()
  }

  /** Whoever went by this name does so no more, and has left now. */
  dismiss({ folded }: Name): void {
    const person = this.#people.get(folded)
    if (person) this.#remove(folded, person)
  }

  /** Counts the guests whom another node has. */
  setGuestsElsewhere(node: string, count: number): void {
    if (count > 0) this.#guestsElsewhere.set(node, count)
    else this.#guestsElsewhere.delete(node)
  }

  roster(): Required<Roster> {
    const users = Array.from(this.#people.values(), ({ text }) => text)
    return { count: this.count, users, guests: this.#allGuests() }
  }

  /** Forgets everybody, without a word. */
  clear(): void {
    for (const { leaving } of this.#people.values()) clearTimeout(leaving)
    this.#people.clear()
    this.#guestsElsewhere.clear()
    this.#guests = 0
  }

  #allGuests(): number {
    let guests = this.#guests
    for (const count of this.#guestsElsewhere.values()) guests += count
    return guests
  }

  #enterNamed({ text, folded }: Name): () => void {
    let person = this.#people.get(folded)
    if (!person) {
      person = { text, places: 0, leaving: undefined }
      this.#people.set(folded, person)
      this.#options.onJoined(text)
    }
    const entered = person
    clearTimeout(entered.leaving)
    entered.places++
    return () => {
      if (--entered.places > 0 || this.#people.get(folded) !== entered) return
      entered.leaving = setTimeout(() => this.#remove(folded, entered), this.#options.graceMs).unref()
    }
  }

  #remove(folded: string, { text, leaving }: Person): void {
    clearTimeout(leaving)
    this.#people.delete(folded)
    this.#options.onLeft(text)
  }

  #enterGuest(): () => void {
    this.#guests++
    return () => {
      this.#guests--
    }
  }
}
