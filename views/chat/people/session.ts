import { signal } from '@preact/signals'
import type { Access } from '../access.ts'
import type { Api, Refused } from '../api.ts'
import { remembered } from '../stored.ts'

/** The name that the reader holds: takes it, changes it, gives it up, and notices when it is lost. */
export class Session {
  /** Null while the reader holds no name. */
  readonly name = signal<string | null>(null)
  readonly #api: Api
  readonly #access: Access
  readonly #onChange: (name: string | null) => void

  /** `onChange` is called when this tab changes the name, not when `hear` reports a change in another tab. */
  constructor(api: Api, access: Access, name: string | null, onChange: (name: string | null) => void) {
    this.#api = api
    this.#access = access
    this.#onChange = onChange
    this.name.value = name
  }

  /** The name that the reader held last, as a suggestion. */
  get lastName(): string {
    return (remembered.read('name') as string | undefined) ?? ''
  }

  /** Takes a name. Returns the reason if the server refuses it. */
  async take(name: string): Promise<Refused | undefined> {
    const answer = await this.#api.takeName(name)
    if (!answer.ok) return answer
    remembered.write('name', answer.value.name)
    this.#access.keep(answer.value)
    this.#change(answer.value.name)
    return undefined
  }

  async giveUp(): Promise<Refused | undefined> {
    const answer = await this.#api.giveUpName()
    if (!answer.ok && answer.status !== 401) return answer
    remembered.write('name', undefined)
    this.#access.keep(null)
    this.#change(null)
    return undefined
  }

  /** Asks the server which name this browser holds. */
  async check(): Promise<void> {
    const answer = await this.#api.me()
    if (answer.ok) this.#change(answer.value.name)
    if (answer.ok || answer.status !== 401) return
    this.#access.keep(null)
    this.#change(null)
  }

  /** Another tab has changed the name. */
  hear(name: string | null): void {
    this.name.value = name
  }

  #change(name: string | null): void {
    if (name === this.name.value) return
    this.name.value = name
    this.#onChange(name)
  }
}
