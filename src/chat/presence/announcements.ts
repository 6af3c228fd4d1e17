import { realTime, type Later, type Presence, type PresenceChange } from './presence.ts'

/** What listeners are told at a time. */
export interface Announcement {
  joined: string[]
  left: string[]
  /** Each from its old name to its new one. */
  renamed: [before: string, after: string][]
  /** Somebody is here of whom it is not said that they have joined. */
  isQuiet: boolean
}

/**
 * What listeners are told of who comes and goes, at once and then no more than once in `everyMs`, so that a crowd does
 * not make a storm. A name that comes and goes between two announcements is not mentioned, and none is announced twice.
 * Call `start` once the first snapshot is in: until then everybody counts as announced.
 */
export class Announcements {
  readonly #presence: Pick<Presence, 'shown'>
  readonly #everyMs: number
  readonly #announce: (announcement: Announcement) => void
  /** The names, by their folded form, that listeners know to be here. */
  readonly #announced = new Map<string, string>()
  /** The folded names that may be told of next; whether whoever goes by them is only back. */
  #untold = new Map<string, boolean>()
  /** Folded names since the last announcement, from the new one to the old one. */
  #renamed = new Map<string, string>()
  readonly #later: Later
  #endPause: (() => void) | undefined
  #hasStarted = false

  constructor(
    presence: Pick<Presence, 'shown'>,
    everyMs: number,
    announce: (announcement: Announcement) => void,
    later: Later = realTime,
  ) {
    this.#presence = presence
    this.#everyMs = everyMs
    this.#announce = announce
    this.#later = later
  }

  start(): void {
    this.#collect()
    this.#hasStarted = true
  }

  /** To be called with every change of the presence. */
  add({ before, after, isBack }: PresenceChange): void {
    for (const name of [before, after]) if (name) this.#untold.set(name.folded, isBack)
    if (before && after) {
      this.#renamed.set(after.folded, this.#renamed.get(before.folded) ?? before.folded)
      this.#renamed.delete(before.folded)
    }
    if (this.#hasStarted && !this.#endPause) this.#flush()
  }

  stop(): void {
    this.#endPause?.()
  }

  #flush(): void {
    this.#endPause = undefined
    const announcement = this.#collect()
    const { joined, left, renamed, isQuiet } = announcement
    if (joined.length + left.length + renamed.length === 0 && !isQuiet) return
    this.#endPause = this.#later(this.#everyMs, () => this.#flush())
    this.#announce(announcement)
  }

  /** What has changed since the last announcement; it counts as announced then. */
  #collect(): Announcement {
    const [untold, renamed] = [this.#untold, this.#renamed]
    this.#untold = new Map()
    this.#renamed = new Map()
    const announcement: Announcement = { joined: [], left: [], renamed: [], isQuiet: false }
    for (const [after, before] of renamed) {
      const [oldName, newName] = [this.#announced.get(before), this.#presence.shown(after)]
      const isSwap = !this.#announced.has(after) && this.#presence.shown(before) === undefined
      if (!isSwap || oldName === undefined || newName === undefined) continue
      this.#announced.delete(before)
      this.#announced.set(after, newName)
      announcement.renamed.push([oldName, newName])
    }
    for (const [folded, isBack] of untold) {
      const [known, shown] = [this.#announced.get(folded), this.#presence.shown(folded)]
      if (known === shown) continue
      if (shown === undefined) this.#announced.delete(folded)
      else this.#announced.set(folded, shown)
      if (shown === undefined) announcement.left.push(known!)
      else if (known !== undefined || isBack) announcement.isQuiet = true
      else announcement.joined.push(shown)
    }
    return announcement
  }
}
