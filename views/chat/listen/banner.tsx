import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { useSecondsUntil } from '../use-seconds.ts'
import { translation } from '../translation/language.ts'

/** Show no banner before this time, because most lost connections are back sooner. */
const CALM_MS = 3000

/** Says that there is no connection and when the next attempt comes, if the loss lasts longer than CALM_MS. */
export function Banner(): VNode | null {
  const { link } = useChat()
  const { value } = link.connection
  const calm = useSecondsUntil(value.state === 'open' ? 0 : value.since + CALM_MS)
  const seconds = useSecondsUntil(value.state === 'waiting' ? value.until : 0)
  const { noConnection, tryingIn, trying, tryNow: now } = translation.value
  if (value.state === 'open' || calm > 0) return null
  return (
    <div class="banner">
      <p role="status">{noConnection}</p>
      <span>{seconds > 0 ? tryingIn(seconds) : trying}</span>
      <button type="button" onClick={() => link.open()}>
        {now}
      </button>
    </div>
  )
}
