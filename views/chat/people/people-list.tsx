import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'
import { numberText } from '../translation/time.ts'

/** The list shows at most this many names, then how many more there are. */
const MOST_NAMES = 60

/** The people in the room: their names, and the number of guests. */
export function PeopleList(): VNode {
  const { people } = useChat()
  const { count, users = [], guests } = people.roster.value
  const names = users.slice(0, MOST_NAMES)
  const more = count - names.length - guests
  const { people: title, guests: guestCount } = translation.value
  return (
    <section class="people">
      <h2>
        {title} <small>{numberText(count)}</small>
      </h2>
      <ul>
        {names.map((name) => (
          <li key={name}>
            <bdi dir="auto">{name}</bdi>
          </li>
        ))}
        {more > 0 && <li class="faint">+ {numberText(more)}</li>}
        {guests > 0 && <li class="faint">{guestCount(guests)}</li>}
      </ul>
    </section>
  )
}
