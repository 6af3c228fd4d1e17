import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** A live region, from which screen readers read out new messages, but not the history. */
export function Announcer(): VNode {
  const { announced } = useChat()
  const { newMessages, anonymous } = translation.value
  return (
    <div class="unseen" role="log" aria-live="polite" aria-relevant="additions" aria-label={newMessages}>
      {announced.value.map(({ id, name, text }) => (
        <p key={id} dir="auto">{`${name ?? anonymous}: ${text}`}</p>
      ))}
    </div>
  )
}
