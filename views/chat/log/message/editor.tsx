import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { ChatMessage } from '../../protocol.ts'
import { fit, isSendKey } from '../../send/typing-area.ts'
import { useChat } from '../../use-chat.ts'
import { translation } from '../../translation/language.ts'

/** Edits the reader's own message in place. It closes when the server has accepted the text or the reader cancels. */
export function Editor({ message }: { message: ChatMessage }): VNode {
  const { api, timeline, editing, focusComposer } = useChat()
  const area = useRef<HTMLTextAreaElement>(null)
  const [failure, setFailure] = useState<string>()
  const { save, cancel, edit, garbage } = translation.value

  useEffect(() => {
    const { current } = area
    current!.value = message.text
    fit(current!)
    current!.focus()
  }, [])

  function done(): void {
    editing.value = undefined
    focusComposer()
  }

  async function store(): Promise<void> {
    const text = area.current!.value.trim()
    if (text === message.text || text === '') return done()
    const answer = await api.edit(message.id, text)
    if (!answer.ok) return setFailure(answer.msg ?? translation.value[answer.code as 'offline'] ?? garbage)
    timeline.add(answer.value)
    done()
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'Escape' && !event.isComposing) done()
    if (!isSendKey(event)) return
    event.preventDefault()
    void store()
  }

  return (
    <div class="editor">
      <textarea
        ref={area}
        dir="auto"
        rows={1}
        aria-label={edit}
        onKeyDown={onKeyDown}
        onInput={({ currentTarget }) => fit(currentTarget)}
      />
      {failure !== undefined && <p role="alert">{failure}</p>}
      <button type="button" onClick={() => void store()}>
        {save}
      </button>
      <button type="button" onClick={done}>
        {cancel}
      </button>
    </div>
  )
}
