import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'
import { useSecondsUntil } from '../use-seconds.ts'
import { NameField, useJoining } from './name-field.tsx'
import { fit, isSendKey } from './typing-area.ts'

/** The form for a new message. It also asks for a name while the reader has none. */
export function Composer(): VNode {
  const chat = useChat()
  const { draft, session, sender, typist, composer, view } = chat
  const joining = useJoining()
  const area = useRef<HTMLTextAreaElement>(null)
  const pause = useSecondsUntil(sender.pausedUntil.value)
  const text = draft.text.value
  const isNameless = session.name.value === null
  const { message, send, join, tooFast } = translation.value

  useEffect(() => {
    composer.value = area.current!
    // In a frame, do not take the focus from the page around it.
    if (view === 'page' && !matchMedia('(pointer: coarse)').matches) area.current!.focus()
  }, [])
  useLayoutEffect(() => {
    if (area.current!.value !== text) area.current!.value = text
    fit(area.current!)
  }, [text])

  async function submit(): Promise<void> {
    if (isNameless && !(await joining.join())) return
    area.current!.focus()
    const said = draft.text.value.trim()
    if (said === '') return
    draft.write('')
    chat.say(said)
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.key === 'ArrowUp' && text === '' && chat.editLast()) event.preventDefault()
    if (!isSendKey(event)) return
    event.preventDefault()
    void submit()
  }

  return (
    <form
      class="composer"
      aria-label={send}
      onSubmit={(event) => {
        event.preventDefault()
        void submit()
      }}
    >
      {isNameless && <NameField joining={joining} />}
      {pause > 0 && (
        <p class="pause" role="status">
          {tooFast(pause)}
        </p>
      )}
      <div class="writing">
        <textarea
          ref={area}
          dir="auto"
          rows={1}
          maxLength={16_000}
          placeholder={message}
          aria-label={message}
          onKeyDown={onKeyDown}
          onInput={({ currentTarget }) => {
            draft.write(currentTarget.value)
            typist.type(currentTarget.value)
          }}
        />
        <button type="submit" class="send" disabled={joining.isBusy}>
          {isNameless && text.trim() === '' ? join : send}
        </button>
      </div>
    </form>
  )
}
