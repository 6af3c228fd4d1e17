import type { RefObject, VNode } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

export interface Joining {
  field: RefObject<HTMLInputElement | null>
  failure: string | undefined
  isBusy: boolean
  /** Takes the name in the field. If the server refuses it, the field shows why, and this returns false. */
  join: () => Promise<boolean>
}

/** The state of a form in which the reader takes a name. */
export function useJoining(): Joining {
  const { session } = useChat()
  const field = useRef<HTMLInputElement>(null)
  const [failure, setFailure] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function join(): Promise<boolean> {
    const name = field.current?.value.trim() ?? ''
    if (name === '' || isBusy) {
      field.current?.focus()
      return false
    }
    setBusy(true)
    const refused = await session.take(name)
    setBusy(false)
    setFailure(refused && (refused.msg ?? translation.value[refused.code as 'offline'] ?? translation.value.garbage))
    if (refused) field.current?.select()
    return !refused
  }

  return { field, failure, isBusy, join }
}

/** The field for a name. It shows why the server refused the last one. */
export function NameField({ joining: { field, failure } }: { joining: Joining }): VNode {
  const { session } = useChat()
  const { yourName } = translation.value
  return (
    <div class="naming">
      <input
        ref={field}
        name="name"
        dir="auto"
        maxLength={64}
        autocomplete="nickname"
        defaultValue={session.lastName}
        placeholder={yourName}
        aria-label={yourName}
        aria-invalid={failure !== undefined}
        aria-describedby="name-failure"
      />
      <span id="name-failure" class="why" role="alert">
        {failure}
      </span>
    </div>
  )
}
