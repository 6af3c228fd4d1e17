import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import type { ChatMessage } from '../../protocol.ts'
import { useChat } from '../../use-chat.ts'
import { translation } from '../../translation/language.ts'

/** Buttons to edit and delete the reader's own message. Deleting asks for confirmation in the same place. */
export function OwnActions({ message }: { message: ChatMessage }): VNode {
  const { api, timeline, editing } = useChat()
  const [asks, setAsks] = useState(false)
  const [failure, setFailure] = useState<string>()
  const { edit, delete: remove, deleteAsk, keep, garbage } = translation.value

  async function deleteIt(): Promise<void> {
    const answer = await api.remove(message.id)
    // 410: the message has already been deleted.
    if (answer.ok || answer.status === 410) timeline.drop(message.id)
    else setFailure(answer.msg ?? translation.value[answer.code as 'offline'] ?? garbage)
  }

  if (asks) {
    return (
      <span class="actions asking" role="alert">
        <span>{failure ?? deleteAsk}</span>
        <button type="button" class="danger" onClick={() => void deleteIt()}>
          {remove}
        </button>
        <button type="button" onClick={() => setAsks(false)}>
          {keep}
        </button>
      </span>
    )
  }
  return (
    <span class="actions">
      <button type="button" onClick={() => (editing.value = message.id)}>
        {edit}
      </button>
      <button type="button" onClick={() => setAsks(true)}>
        {remove}
      </button>
    </span>
  )
}
