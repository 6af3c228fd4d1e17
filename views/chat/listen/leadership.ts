export interface LeadershipOptions {
  /** What is led: one tab of all that give the same name leads. */
  name: string
  onLead: () => void
  onFollow: () => void
}

/** Decides, by a Web Lock, which of this browser's tabs leads; when the leader closes, another follows it at once. */
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

  /** Waits for its turn; a tab that has nobody to share with leads at once. */
  start(): void {
    if (!canShare()) return this.#lead()
    this.#queued = new AbortController()
    this.#request({ signal: this.#queued.signal })
  }

  /** Takes the lead from a tab that the browser has frozen. */
  seize(): void {
    if (this.#isLeader) return
    this.#queued.abort()
    this.#request({ steal: true })
  }

  #request(options: LockOptions): void {
    const held = navigator.locks.request(this.#options.name, options, () => {
      this.#lead()
      // A lock is held until this settles, or the tab is gone.
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

/** Web Locks are there only over TLS and on localhost, and refuse a frame that may store nothing. */
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
