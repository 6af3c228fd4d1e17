import { computed, effect, signal } from '@preact/signals'
import { Api } from './api.ts'
import { Feed } from './listen/feed.ts'
import { RoomLink } from './listen/room-link.ts'
import { Scrolling } from './log/scrolling.ts'
import { Timeline } from './log/timeline.ts'
import { People } from './people/people.ts'
import { Session } from './people/session.ts'
import { isEntry, type ChatMessage, type Entry, type PageState, type RoomEvent } from './protocol.ts'
import { Draft } from './send/draft.ts'
import { Sender } from './send/sender.ts'
import { Typist } from './send/typist.ts'
import { language } from './words/language.ts'

const OLDER_RETRY_MS = 2000
const MOST_ANNOUNCED = 5

/** One room on the page: what is said there, who is there, and how it gets here. */
export class Chat {
  readonly room: string
  readonly api: Api
  readonly timeline: Timeline
  readonly scrolling: Scrolling
  readonly people = new People()
  readonly session: Session
  readonly sender: Sender
  readonly draft: Draft
  readonly typist: Typist
  readonly link: RoomLink
  /** The element in which one writes. */
  readonly composer = signal<HTMLTextAreaElement | undefined>(undefined)
  /** The last message that the reader had seen before the present visit, by its number. */
  readonly seen = signal<number | undefined>(undefined)
  /** The message that is being edited. */
  readonly editing = signal<string | undefined>(undefined)
  readonly loadingOlder = signal(false)
  /** The last messages of others that came while the page was open, for those who hear it. */
  readonly announced = signal<readonly ChatMessage[]>([])
  readonly connection = computed(() => this.link.connection.value)
  readonly #feed: Feed

  constructor({ room, name, ...history }: PageState) {
    this.room = room
    this.api = new Api(room, () => language.value)
    this.timeline = new Timeline(history)
    this.scrolling = new Scrolling(this.timeline, () => void this.#loadOlder())
    this.session = new Session(this.api, name)
    this.draft = new Draft(room)
    this.typist = new Typist(() => void (this.session.name.value !== null && this.api.typing()))
    this.#feed = new Feed({
      cursor: history.cursor,
      missed: (cursor) => this.api.missed(cursor, 0),
      history: () => this.api.history(),
      onEntry: (entry) => this.#apply(entry),
      onReset: (anew) => {
        this.timeline.reset(anew)
        this.scrolling.toBottom()
      },
      onFailure: () => this.link.open(),
    })
    this.sender = new Sender({
      room,
      say: (text, key) => this.api.say(text, key),
      onSent: (message) => this.timeline.add(message),
      onFailed: ({ code }) => void (code === 'bad_name' && this.session.check()),
    })
    this.link = new RoomLink({
      streamUrl: () => this.api.path(`/chat?format=json&since=${this.#feed.cursor}`),
      poll: (waitSeconds, abort) => this.api.missed(this.#feed.cursor, waitSeconds, abort),
      onEvent: (event) => this.#hear(event),
    })
  }

  start(): void {
    this.link.open()
    this.sender.start()
    this.#follow()
    document.addEventListener('visibilitychange', () => {
      if (!document.hidden) this.link.wake()
    })
    addEventListener('online', () => this.link.open())
    addEventListener('pageshow', ({ persisted }) => {
      if (persisted) this.link.wake()
    })
  }

  isOwn({ name, guest }: ChatMessage): boolean {
    return !guest && name === this.session.name.value
  }

  /** Says something, which is seen at once. */
  say(text: string): void {
    this.scrolling.toBottom()
    this.sender.send(text)
  }

  /** Begins to edit one's last message; false when there is none. */
  editLast(): boolean {
    const last = this.timeline.lastOf((message) => this.isOwn(message))
    if (!last) return false
    this.scrolling.toBottom()
    this.editing.value = last.id
    return true
  }

  tryNow = (): void => this.link.open()

  focusComposer = (): void => this.composer.value?.focus()

  #follow(): void {
    let name = this.session.name.value
    effect(() => {
      if (this.session.name.value === name) return
      name = this.session.name.value
      // The server gives a stream the name of its session when it opens.
      this.link.open()
      if (name !== null) this.sender.mended('session')
    })
    effect(() => {
      if (this.connection.value.state === 'open') this.sender.mended('connection')
    })
  }

  #hear(event: RoomEvent): void {
    if (isEntry(event)) return this.#feed.receive(event)
    switch (event.event) {
      case 'ready':
        if (event.resume === 'reset') void this.#feed.reset()
        break
      case 'roster':
        this.people.roster.value = event
        break
      case 'joined':
      case 'left':
        this.people[event.event](event.name)
        this.timeline.note(event.event, event.name)
        break
      case 'typing':
        if (event.name !== this.session.name.value) this.people.startTyping(event.name)
        break
      case 'session':
        // It is also how the old session ends when its holder takes another name.
        void this.session.check()
    }
  }

  #apply(entry: Entry): void {
    switch (entry.event) {
      case 'message': {
        const { event: _, ...message } = entry
        if (this.isOwn(message)) this.sender.recognise(message)
        else this.announced.value = [...this.announced.value.slice(1 - MOST_ANNOUNCED), message]
        if (message.name !== null) this.people.stopTyping(message.name)
        this.timeline.add(message)
        if (this.scrolling.view.value.at === 'tail') this.timeline.trim()
        break
      }
      case 'edited':
        this.timeline.edit(entry)
        break
      case 'deleted':
        this.timeline.remove(entry)
    }
  }

  async #loadOlder(): Promise<void> {
    const [first] = this.timeline.messages
    if (!first || !this.timeline.more || this.loadingOlder.value) return
    this.loadingOlder.value = true
    const answer = await this.api.history(first.id)
    if (answer.ok) this.timeline.prepend(answer.value)
    else await new Promise((resolve) => setTimeout(resolve, OLDER_RETRY_MS))
    this.loadingOlder.value = false
  }
}
