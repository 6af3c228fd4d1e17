import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** Who is typing. Its place is kept when nobody is, so that nothing moves. */
export function TypingLine(): VNode {
  const { typing } = useChat().people
  return (
    <p class="typing" dir="auto">
      {typing.value.length > 0 && translation.value.typing(typing.value)}
    </p>
  )
}
