import { effect, signal } from '@preact/signals'
import type { ChatMessage } from '../protocol.ts'
import { remembered } from '../stored.ts'
import { translation } from '../translation/language.ts'
import { drawIcon } from './icon.ts'
import { playSound } from './sound.ts'

/** How long to wait for another tab to report that the reader is looking at the room there. */
const SEEN_MS = 250

/** Tells the reader about new messages while the page is hidden: in title and icon; by sound and notification if on. */
export class Attention {
  /** How many messages have come since the reader last looked at the room. */
  readonly unread = signal(0)
  readonly sound = signal(remembered.read('sound') === true)
  readonly notify = signal(remembered.read('notify') === true && permission() === 'granted')
  readonly #room: string

  constructor(room: string) {
    this.#room = room
    effect(() => {
      const count = this.unread.value
      document.title = `${count > 0 ? `(${count}) ` : ''}${room} · ${translation.value.title}`
      drawIcon(count)
    })
  }

  /** Counts another person's message. With `isCalling` this tab may also play the sound and show the notification. */
  notice(message: ChatMessage, isCalling: boolean): void {
    if (!document.hidden) return
    this.unread.value++
    if (isCalling) setTimeout(() => this.#call(message), SEEN_MS)
  }

  /** The reader is looking at the room, here or in another tab: nothing is unread any more. */
  seen(): void {
    this.unread.value = 0
  }

  setSound(on: boolean): void {
    this.sound.value = on
    remembered.write('sound', on || undefined)
    if (on) playSound()
  }

  /** Switches notifications on or off. False if the browser does not permit them. */
  async setNotify(on: boolean): Promise<boolean> {
    const granted = on && 'Notification' in window && (await Notification.requestPermission()) === 'granted'
    this.notify.value = granted
    remembered.write('notify', granted || undefined)
    return granted === on
  }

  #call({ name, text }: ChatMessage): void {
    if (this.unread.value === 0) return
    if (this.sound.value) playSound()
    if (this.notify.value) showNotification(`${name ?? translation.value.anonymous} · ${this.#room}`, text, this.#room)
  }
}

function permission(): NotificationPermission {
  return 'Notification' in window ? Notification.permission : 'denied'
}

function showNotification(title: string, body: string, room: string): void {
  try {
    const notification = new Notification(title, { body: body.slice(0, 200), tag: `teahouse ${room}` })
    notification.addEventListener('click', () => {
      window.focus()
      notification.close()
    })
  } catch {
    // Some phones allow notifications only from service workers, and throw here.
  }
}
