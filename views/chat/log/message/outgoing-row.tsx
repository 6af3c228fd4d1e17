import type { VNode } from 'preact'
import type { Failure, Outgoing } from '../../send/outbox.ts'
import { useChat } from '../../use-chat.ts'
import { translation } from '../../translation/language.ts'
import { Author } from './author.tsx'
import { Text } from './text.tsx'

/** A message that is being sent, or one that could not be sent and can be tried again. */
export function OutgoingRow({ item, isFirst }: { item: Outgoing; isFirst: boolean }): VNode {
  const { sender, draft, session } = useChat()
  const { key, text, failure } = item
  const { sending, failed, tryAgain, takeBack, discard } = translation.value
  const undo = () => {
    sender.discard(key)
    if (failure?.isRefusal) draft.takeBack(text)
  }
  return (
    <li class={`message own outgoing${isFirst ? ' first' : ''}${failure ? ' failed' : ''}`} data-key={key}>
      {isFirst && <Author name={session.name.value} isGuest={false} isOwn />}
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
  const { offline, timeout, garbage } = translation.value
  return msg ?? { offline, timeout }[code] ?? garbage
}
