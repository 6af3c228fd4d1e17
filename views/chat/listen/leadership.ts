export interface LeadershipOptions {
  /** The name of the Web Lock. Of all tabs with the same name, one leads. */
  name: string
  onLead: () => void
  onFollow: () => void
}

/** Elects one of this browser's tabs as leader, by a Web Lock. When the leader closes, another takes over at once. */
export class Leadership {
  readonly #options: LeadershipOptions
  #isLeader = false
  #queued = new AbortController()

  constructor(options: LeadershipOptions) {
    this.#options = options
  }

  get isLeader(): boolean {
    return this.#isLeader
  }

  /** Queues for the lock, with which this tab leads. Where tabs cannot share, every tab leads at once. */
  start(): void {
    if (!canShare()) return this.#lead()
    this.#queued = new AbortController()
    this.#request({ signal: this.#queued.signal })
  }

  /** Takes the leadership from a leader that does not respond, e.g. because the browser has frozen its tab. */
  seize(): void {
    if (this.#isLeader) return
    this.#queued.abort()
    this.#request({ steal: true })
  }

  #request(options: LockOptions): void {
    const held = navigator.locks.request(this.#options.name, options, () => {
      this.#lead()
      // This never settles, so the tab holds the lock until it closes or another tab steals it.
      return new Promise<never>(() => {})
    })
    held.catch(() => {
      if (!this.#isLeader) return
      this.#isLeader = false
      this.#options.onFollow()
      this.start()
    })
  }

  #lead(): void {
    this.#isLeader = true
    this.#options.onLead()
  }
}

/** Whether tabs can share. Web Locks exist only over TLS and on localhost, and not in a frame without storage. */
export function canShare(): boolean {
  return 'locks' in navigator && 'BroadcastChannel' in window && mayStore()
}

function mayStore(): boolean {
  try {
    return 'length' in localStorage
  } catch {
    return false
  }
}
