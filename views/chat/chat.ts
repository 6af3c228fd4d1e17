import { effect, signal } from '@preact/signals'
import type { Access } from './access.ts'
import { Api } from './api.ts'
import { Attention } from './attention/attention.ts'
import { Looking } from './attention/looking.ts'
import { Visit } from './attention/visit.ts'
import { Feed } from './listen/feed.ts'
import { SharedLink } from './listen/shared-link.ts'
import { takeStreamPlace } from './listen/stream-places.ts'
import { Past } from './log/past.ts'
import { Scrolling } from './log/scrolling.ts'
import { Timeline } from './log/timeline.ts'
import { People } from './people/people.ts'
import { Session } from './people/session.ts'
import { Rooms } from './rooms/rooms.ts'
import { isEntry, type ChatMessage, type Entry, type PageState, type RoomEvent } from './protocol.ts'
import { Draft } from './send/draft.ts'
import { Sender } from './send/sender.ts'
import { Typist } from './send/typist.ts'
import { language } from './translation/language.ts'

const MOST_ANNOUNCED = 5
const RETRY_MS = 2000
const COUNT_MS = 2000

/** The state of the page for its room: messages, people, connection, and what the reader is writing. */
export class Chat {
  readonly room: string
  readonly view: PageState['view']
  readonly api: Api
  readonly timeline: Timeline
  readonly past: Past
  readonly scrolling: Scrolling
  readonly people = new People()
  readonly session: Session
  readonly sender: Sender
  readonly draft: Draft
  readonly typist: Typist
  readonly link: SharedLink
  readonly rooms: Rooms
  readonly visit: Visit
  readonly attention: Attention
  /** The text area for a new message. */
  readonly composer = signal<HTMLTextAreaElement | undefined>(undefined)
  /** The id of the message that the reader is editing. */
  readonly editing = signal<string | undefined>(undefined)
  /** The latest messages of others that came while the page was open; screen readers read them out. */
  readonly announced = signal<readonly ChatMessage[]>([])
  readonly #feed: Feed
  readonly #looking: Looking

  constructor({ room, view, name, ...history }: PageState, access: Access) {
    this.room = room
    this.view = view
    this.api = new Api(room, () => language.value, access)
    this.timeline = new Timeline(history)
    this.past = new Past(this.timeline, this.api)
    this.scrolling = new Scrolling(this.timeline, () => void this.past.load())
    this.session = new Session(this.api, access, name, (changed) => this.link.rename(changed))
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
      pause: () => new Promise((resolve) => setTimeout(resolve, RETRY_MS)),
    })
    this.sender = new Sender({
      room,
      say: (text, key) => this.api.say(text, key),
      onSent: (accepted) => void ('text' in accepted && this.timeline.add(accepted)),
      onFailed: ({ code }) => void (code === 'bad_name' && this.session.check()),
    })
    this.rooms = new Rooms(this.api, room)
    this.visit = new Visit(room, history.cursor)
    this.attention = new Attention(room)
    this.link = new SharedLink({
      room,
      streamUrl: () => this.api.path(`/chat?format=json&since=${this.#feed.cursor}`),
      poll: (waitSeconds, abort) => this.api.missed(this.#feed.cursor, waitSeconds, abort),
      mayStay: takeStreamPlace,
      access,
      onEvent: (event) => this.#hear(event),
      status: () => ({ head: this.#feed.cursor, roster: this.people.roster.value }),
      onHead: (head, roster) => {
        this.#feed.hear(head)
        this.people.roster.value = roster
      },
      onSession: (name) => this.session.hear(name),
      onSeen: () => this.attention.seen(),
    })
    this.#looking = new Looking({
      visit: this.visit,
      attention: this.attention,
      link: this.link,
      head: () => this.#feed.cursor,
      newest: () => this.timeline.newest,
      isAtBottom: () => this.scrolling.view.value.at === 'tail',
      onReturn: () => this.timeline.touch(),
    })
  }

  start(): void {
    this.link.start()
    if (this.view !== 'read') this.sender.start()
    if (this.view === 'page') this.rooms.start()
    this.#follow()
    this.#looking.start()
  }

  isOwn({ name, guest }: ChatMessage): boolean {
    return !guest && name === this.session.name.value
  }

  /** Sends a message. The page shows it at once, before the server has answered. */
  say(text: string): void {
    this.visit.seen.value = undefined
    this.scrolling.toBottom()
    this.sender.send(text)
  }

  /** Starts editing the reader's own last message; false if there is none. */
  editLast(): boolean {
    const last = this.timeline.lastOf((message) => this.isOwn(message))
    if (!last) return false
    this.scrolling.toBottom()
    this.editing.value = last.id
    return true
  }

  focusComposer = (): void => this.composer.value?.focus()

  /** Sends failed messages again when a new name or a new connection may have removed the cause. */
  #follow(): void {
    effect(() => {
      if (this.session.name.value !== null) this.sender.mended('session')
    })
    effect(() => {
      if (this.link.connection.value.state === 'open') this.sender.mended('connection')
    })
  }

  #hear(event: RoomEvent): void {
    if (isEntry(event)) {
      this.#feed.receive(event)
      return this.#looking.read()
    }
    switch (event.event) {
      case 'ready':
        if (event.resume === 'reset') void this.#feed.reset()
        this.#countSoon(1)
        break
      case 'roster':
        this.people.roster.value = event
        break
      case 'joined':
      case 'left':
        this.people[event.event](event.name)
        // Somebody who changed their name has neither come nor gone.
        if (!('was' in event || 'now' in event)) this.timeline.note(event.event, event.name)
        this.#countSoon(1 + 5 * Math.random())
        break
      case 'typing':
        if (event.name !== this.session.name.value) this.people.startTyping(event.name)
        break
      case 'session':
        // The event also comes when the reader takes another name, which ends the old session; so ask for the name now.
        if (this.link.isLeader) void this.session.check()
    }
  }

  #apply(entry: Entry): void {
    switch (entry.event) {
      case 'message': {
        const { event: _, ...message } = entry
        if (this.isOwn(message)) this.sender.recognise(message)
        else this.#announce(message)
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
        break
      case 'erased':
        this.timeline.remove({ ...entry, message: entry.id })
    }
  }

  /** Only the leading tab asks for the count, for all tabs. */
  #countSoon(times: number): void {
    if (this.link.isLeader) this.people.countSoon(this.api, times * COUNT_MS)
  }

  #announce(message: ChatMessage): void {
    this.announced.value = [...this.announced.value.slice(1 - MOST_ANNOUNCED), message]
    this.attention.notice(message, this.link.isLeader)
  }
}
