/** An entry, or a message, as the server gives it in JSON. */
export type Fields = Record<string, unknown>

/** A message that somebody has tried to say, under one key, however many times. */
export interface Post {
  room: string
  text: string
  name: string | null
  guest: boolean
  attempts: number
  /** The body of the 2xx, once there was one. */
  answer?: Fields
}

/** An edit or a deletion that somebody has tried. */
export interface Change {
  event: 'edited' | 'deleted'
  room: string
  /** The id of the message. */
  message: string
  /** What the message is changed to; null for a deletion. */
  text: string | null
  attempts: number
  isAnswered: boolean
}

/** What the writers have done, and what they were told. */
export class Ledger {
  readonly posts: Post[] = []
  readonly changes: Change[] = []
  /** Answers that no writer should get, in words. */
  readonly refusals: string[] = []

  /** How many requests were sent again, since nothing had come back. */
  get retries(): number {
    return [...this.posts, ...this.changes].reduce((sum, { attempts }) => sum + Math.max(0, attempts - 1), 0)
  }
}
