import { signal } from '@preact/signals'
import type { Api } from '../api.ts'
import type { Timeline } from './timeline.ts'

const RETRY_MS = 2000

/** Loads older messages into the timeline, one page of the history at a time. */
export class Past {
  readonly isLoading = signal(false)
  readonly #timeline: Timeline
  readonly #api: Api

  constructor(timeline: Timeline, api: Api) {
    this.#timeline = timeline
    this.#api = api
  }

  async load(): Promise<void> {
    const [first] = this.#timeline.messages
    if (!first || !this.#timeline.more || this.isLoading.value) return
    this.isLoading.value = true
    const answer = await this.#api.history(first.id)
    if (answer.ok) this.#timeline.prepend(answer.value)
    else await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
    this.isLoading.value = false
  }
}
