import { realTime, type Later, type Presence, type PresenceChange } from './presence.ts'

/** The changes that streams are told together. */
export interface Announcement {
  joined: string[]
  left: string[]
  /** Pairs of the old and the new name. */
  renamed: [before: string, after: string][]
  /** Somebody has come who must not be announced as joined, so only the roster has to be sent. */
  isQuiet: boolean
}

/**
 * Collects changes of presence and announces them: the first at once, then at most once in `everyMs`, to limit traffic
 * in busy rooms. Does not mention a name that came and went between two announcements. Call `start` when the first
 * snapshot of other nodes has arrived (until then everybody counts as announced), `add` for every change, and `stop` in
 * the end.
 */
export class Announcements {
  readonly #presence: Pick<Presence, 'shown'>
  readonly #everyMs: number
  readonly #announce: (announcement: Announcement) => void
  /** The names that were announced as present, by their folded form. */
  readonly #announced = new Map<string, string>()
  /** Folded names that changed since the last announcement; the value is `isBack` of the change. */
  #changed = new Map<string, boolean>()
  /** Renames since the last announcement: the old folded name by the new one. */
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

  /** Records a change, and announces it now unless the last announcement is less than `everyMs` ago. */
  add({ before, after, isBack }: PresenceChange): void {
    for (const name of [before, after]) if (name) this.#changed.set(name.folded, isBack)
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

  /** Returns the changes since the last announcement, and marks them as announced. */
  #collect(): Announcement {
    const [changed, renamed] = [this.#changed, this.#renamed]
    this.#changed = new Map()
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
    for (const [folded, isBack] of changed) {
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
