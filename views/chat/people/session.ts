import { signal } from '@preact/signals'
import type { Answer, Api, Refused } from '../api.ts'
import { remembered } from '../stored.ts'

/** The name that the reader speaks under: taken, changed, given up, or lost. */
export class Session {
  /** Null without a name. */
  readonly name = signal<string | null>(null)
  readonly #api: Api

  constructor(api: Api, name: string | null) {
    this.#api = api
    this.name.value = name
  }

  /** The name that was spoken under before, to offer it again. */
  get lastName(): string {
    return (remembered.read('name') as string | undefined) ?? ''
  }

  /** Takes a name; what stands against it is returned. */
  async take(name: string): Promise<Refused | undefined> {
    const answer = await this.#api.takeName(name)
    if (!answer.ok) return answer
    remembered.write('name', answer.value.name)
    this.name.value = answer.value.name
    return undefined
  }

  async giveUp(): Promise<Refused | undefined> {
    const answer = await this.#api.giveUpName()
    if (!answer.ok && answer.status !== 401) return answer
    remembered.write('name', undefined)
    this.name.value = null
    return undefined
  }

  /** Asks the server under which name this browser speaks: another tab may have changed it. */
  async check(): Promise<void> {
    const answer: Answer<{ name: string }> = await this.#api.me()
    if (answer.ok) this.name.value = answer.value.name
    else if (answer.status === 401) this.name.value = null
  }
}
