import { signal } from '@preact/signals'
import type { Api } from '../api.ts'
import type { Roster } from '../protocol.ts'

const TYPING_MS = 6000
const MOST_COUNTED = 200

/** Who is in the room, and who of them is typing. */
export class People {
  readonly roster = signal<Roster>({ count: 0, users: [], guests: 0 })
  readonly typing = signal<string[]>([])
  #counting: ReturnType<typeof setTimeout> | undefined
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>()

  /** Requests the roster after `ms`, because no event tells when guests come or go. Does nothing in a very full room. */
  countSoon(api: Api, ms: number): void {
    clearTimeout(this.#counting)
    if (this.roster.value.count > MOST_COUNTED) return
    this.#counting = setTimeout(() => void this.#count(api), ms)
  }

  joined(name: string): void {
    const { count, users, guests } = this.roster.value
    if (users?.includes(name)) return
    this.roster.value = { count: count + 1, guests, ...(users && { users: [...users, name] }) }
  }

  left(name: string): void {
    const { count, users, guests } = this.roster.value
    this.stopTyping(name)
    if (users && !users.includes(name)) return
    this.roster.value = {
      count: Math.max(0, count - 1),
      guests,
      ...(users && { users: users.filter((user) => user !== name) }),
    }
  }

  /** Shows that somebody is typing, for a few seconds after each call. */
  startTyping(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.set(
      name,
      setTimeout(() => this.stopTyping(name), TYPING_MS),
    )
    if (!this.typing.value.includes(name)) this.typing.value = [...this.typing.value, name]
  }

  stopTyping(name: string): void {
    clearTimeout(this.#timers.get(name))
    this.#timers.delete(name)
    if (this.typing.value.includes(name)) this.typing.value = this.typing.value.filter((other) => other !== name)
  }

  async #count(api: Api): Promise<void> {
    const answer = await api.users()
    if (answer.ok) this.roster.value = answer.value
  }
}
