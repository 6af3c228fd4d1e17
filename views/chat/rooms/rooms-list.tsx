import type { VNode } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'
import { numberText } from '../translation/time.ts'
import { roomNameOf } from './rooms.ts'

/** The list of rooms with their unread counts, and a field to open a room by its name. */
export function RoomsList(): VNode {
  const { rooms, room: current } = useChat()
  const field = useRef<HTMLInputElement>(null)
  const [isBad, setBad] = useState(false)
  const { rooms: title, newRoom, badRoom, open, unread } = translation.value

  function enter(event: SubmitEvent): void {
    event.preventDefault()
    const name = roomNameOf(field.current!.value)
    setBad(name === undefined)
    if (name !== undefined) location.assign(addressOf(name))
  }

  return (
    <section class="rooms">
      <h2>{title}</h2>
      <ul>
        {rooms.list.value.map(({ room, count, unread: news }) => (
          <li key={room}>
            <a href={addressOf(room)} aria-current={room === current ? 'page' : undefined} dir="auto">
              {room}
            </a>
            {news > 0 ? (
              <b aria-label={unread(news)}>{numberText(news)}</b>
            ) : (
              count > 0 && <small>{numberText(count)}</small>
            )}
          </li>
        ))}
      </ul>
      <form onSubmit={enter}>
        <input ref={field} name="room" dir="auto" autocomplete="off" placeholder={newRoom} aria-label={newRoom} />
        <button type="submit">{open}</button>
      </form>
      {isBad && (
        <p class="why" role="alert">
          {badRoom}
        </p>
      )}
    </section>
  )
}

function addressOf(room: string): string {
  return `/rooms/${encodeURIComponent(room)}`
}
