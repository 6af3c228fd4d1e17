import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { translation } from '../translation/language.ts'

/** A button that copies a text and confirms it. If the browser refuses, it shows the text to be copied by hand. */
export function Copy({ label, text }: { label: string; text: string }): VNode {
  const [state, setState] = useState<'idle' | 'copied' | 'shown'>('idle')

  async function copy(): Promise<void> {
    try {
      await navigator.clipboard.writeText(text)
      setState('copied')
    } catch {
      setState('shown')
    }
  }

  return (
    <>
      <button type="button" onClick={() => void copy()}>
        {state === 'copied' ? translation.value.copied : label}
      </button>
      {state === 'shown' && (
        <input readOnly value={text} aria-label={label} onFocus={({ currentTarget }) => currentTarget.select()} />
      )}
    </>
  )
}
