import { setTimeout as delay } from 'node:timers/promises'
import type { Asker, Answer } from './asking.ts'
import type { Change, Ledger, Post } from '../checks/ledger.ts'
import { encodePost } from './post-body.ts'
import type { Random } from '../random.ts'
import { BUSY_ROOMS, pathOf, ROOMS } from './rooms.ts'
import { randomText } from './texts.ts'

const MOST_PAUSE_MS = 60

/**
 * Says something again and again, each thing under one key until it is answered. One with a session also edits and
 * deletes what it has said; one of the guests has no name at all.
 */
export class Writer {
  readonly #mark: string
  readonly #asker: Asker
  readonly #ledger: Ledger
  readonly #random: Random
  readonly #name: string | null
  readonly #wantsSession: boolean
  readonly #own: { room: string; id: string }[] = []
  #token: string | undefined
  #sessionName: string | undefined
  readonly #mostPauseMs: number
  #count = 0

  constructor(index: number, asker: Asker, ledger: Ledger, random: Random, mostPauseMs = MOST_PAUSE_MS) {
    this.#mark = `w${index}`
    this.#asker = asker
    this.#ledger = ledger
    this.#random = random
    this.#mostPauseMs = mostPauseMs
    this.#wantsSession = index % 3 === 0
    this.#name = index % 3 === 2 ? null : `写手${index}`
  }

  /** Writes until `isOver` says so; what it has begun by then it brings to an end. */
  async run(isOver: () => boolean): Promise<void> {
    if (this.#wantsSession) await this.#takeName()
    while (!isOver()) {
      const own = this.#random.chance(0.2) ? this.#own.pop() : undefined
      if (own) await this.#change(own)
      else await this.#say(this.#random.chance(0.05) ? ROOMS : [this.#random.pick(BUSY_ROOMS)])
      await delay(this.#random.integer(0, this.#mostPauseMs))
    }
  }

  /** Says one thing in every room. */
  async sayEverywhere(): Promise<void> {
    await this.#say(ROOMS)
  }

  /** When the answer is lost the name stays taken, by a token that nobody has: then it takes another. */
  async #takeName(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      const body = new URLSearchParams({ name: `${this.#name}${'.'.repeat(attempt)}` }).toString()
      const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
      const { status, fields } = await this.#asker.ask({ method: 'POST', path: '/addUser', headers, body })
      if (status === 200) {
        this.#token = String(fields.token)
        this.#sessionName = String(fields.name)
        return
      }
      if (status !== 409) return this.#refused('a name', { status, fields })
    }
  }

  async #say(rooms: readonly string[]): Promise<void> {
    const key = `${this.#mark}-${++this.#count}`
    const text = randomText(this.#random, key)
    // The same key is another one in another room.
    for (const room of rooms) await this.#post(room, key, text)
  }

  async #post(room: string, key: string, text: string): Promise<void> {
    const name = this.#sessionName ?? this.#name
    const post: Post = { room, text, name, guest: this.#token === undefined, attempts: 0 }
    this.#ledger.posts.push(post)
    const encoded = encodePost(this.#random, { text, key, name, token: this.#token })
    const asked = { method: 'POST' as const, path: pathOf(room, 'chat'), ...encoded }
    const answer = await this.#asker.ask(asked, () => post.attempts++)
    if (answer.status !== 201 && answer.status !== 200) return this.#refused('a post', answer)
    post.answer = answer.fields
    if (this.#token !== undefined) this.#own.push({ room, id: String(answer.fields.id) })
  }

  async #change({ room, id }: { room: string; id: string }): Promise<void> {
    const event = this.#random.chance(0.6) ? 'edited' : 'deleted'
    const text = event === 'edited' ? randomText(this.#random, `${this.#mark}-${++this.#count}`) : null
    const change: Change = { event, room, message: id, text, attempts: 0, isAnswered: false }
    this.#ledger.changes.push(change)
    const answer = await this.#asker.ask(
      {
        method: text === null ? 'DELETE' : 'PATCH',
        path: pathOf(room, `messages/${id}`),
        headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
        ...(text !== null && { body: JSON.stringify({ message: text }) }),
      },
      () => change.attempts++,
    )
    // A deletion whose answer was lost finds nothing to delete.
    const isDone = answer.status < 300 || (text === null && change.attempts > 1 && answer.status === 410)
    if (!isDone) return this.#refused(`${event} ${id}`, answer)
    change.isAnswered = true
    if (text === null) return
    if (answer.fields.text !== text) this.#refused(`another text for ${event} ${id}`, answer)
    this.#own.push({ room, id })
  }

  #refused(what: string, { status, fields }: Answer): void {
    this.#ledger.refusals.push(`${this.#mark} got ${status} for ${what}: ${JSON.stringify(fields).slice(0, 200)}`)
  }
}
