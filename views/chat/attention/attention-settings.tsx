import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** Settings for what happens while the page is hidden: a sound, a notification. Both are off by default. */
export function AttentionSettings(): VNode {
  const { attention } = useChat()
  const [isBlocked, setBlocked] = useState(false)
  const { attention: title, sound, notify, notifyBlocked } = translation.value

  async function choose(box: HTMLInputElement): Promise<void> {
    setBlocked(!(await attention.setNotify(box.checked)))
    box.checked = attention.notify.value
  }

  return (
    <section>
      <h2>{title}</h2>
      <label>
        <input
          type="checkbox"
          checked={attention.sound.value}
          onChange={({ currentTarget }) => attention.setSound(currentTarget.checked)}
        />
        {sound}
      </label>
      <label>
        <input
          type="checkbox"
          checked={attention.notify.value}
          onChange={({ currentTarget }) => void choose(currentTarget)}
        />
        {notify}
      </label>
      {isBlocked && <p role="alert">{notifyBlocked}</p>}
    </section>
  )
}
