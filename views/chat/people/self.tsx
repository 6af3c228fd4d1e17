import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { NameField, useJoining } from '../send/name-field.tsx'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** Shows the reader's name, with buttons to change it and to give it up. */
export function Self(): VNode {
  const { session } = useChat()
  const [isChanging, setChanging] = useState(false)
  const joining = useJoining()
  const { self, noName, change, giveUp, save, cancel } = translation.value
  const name = session.name.value

  async function submit(event: Event): Promise<void> {
    event.preventDefault()
    if (await joining.join()) setChanging(false)
  }

  return (
    <section class="self">
      <h2>{self}</h2>
      {name === null && <p class="faint">{noName}</p>}
      {name !== null && isChanging && (
        <form onSubmit={(event) => void submit(event)}>
          <NameField joining={joining} />
          <button type="submit">{save}</button>
          <button type="button" onClick={() => setChanging(false)}>
            {cancel}
          </button>
        </form>
      )}
      {name !== null && !isChanging && (
        <p>
          <bdi class="name" dir="auto">
            {name}
          </bdi>
          <button type="button" onClick={() => setChanging(true)}>
            {change}
          </button>
          <button type="button" onClick={() => void session.giveUp()}>
            {giveUp}
          </button>
        </p>
      )}
    </section>
  )
}
