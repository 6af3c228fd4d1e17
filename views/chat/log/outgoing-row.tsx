import type { VNode } from 'preact'
import type { Failure, Outgoing } from '../send/outbox.ts'
import { useChat } from '../use-chat.ts'
import { words } from '../words/language.ts'
import { Text } from './text.tsx'

/** A text on its way, or one that has not made it and waits for another try. */
export function OutgoingRow({ item }: { item: Outgoing }): VNode {
  const { sender, draft } = useChat()
  const { key, text, failure } = item
  const { sending, failed, tryAgain, takeBack, discard } = words.value
  const undo = () => {
    sender.discard(key)
    if (failure?.isRefusal) draft.takeBack(text)
  }
  return (
    <li class={failure ? 'message own outgoing failed' : 'message own outgoing'} data-key={key}>
      <Text text={text} />
      {failure ? (
        <p class="failure" role="alert">
          <span>{`${failed}: ${reasonOf(failure)}`}</span>
          <button type="button" onClick={() => sender.again(key)}>
            {tryAgain}
          </button>
          <button type="button" onClick={undo}>
            {failure.isRefusal ? takeBack : discard}
          </button>
        </p>
      ) : (
        <span class="mark">{sending}</span>
      )}
    </li>
  )
}

function reasonOf({ code, msg }: Failure): string {
  const { offline, timeout, garbage } = words.value
  return msg ?? { offline, timeout }[code] ?? garbage
}
