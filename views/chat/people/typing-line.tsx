import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** Says who is typing. The line is always there, even when empty, so that the layout does not move. */
export function TypingLine(): VNode {
  const { typing } = useChat().people
  return (
    <p class="typing" dir="auto">
      {typing.value.length > 0 && translation.value.typing(typing.value)}
    </p>
  )
}
