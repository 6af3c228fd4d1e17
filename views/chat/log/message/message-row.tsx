import { Component, type VNode } from 'preact'
import type { ChatMessage } from '../../protocol.ts'
import { words } from '../../words/language.ts'
import { fullTimeOf, timeOf } from '../../words/time.ts'
import { Author } from './author.tsx'
import { OwnActions } from './own-actions.tsx'
import { Editor } from './editor.tsx'
import { Text } from './text.tsx'

interface Props {
  message: ChatMessage
  /** Whether it begins a run of its author's messages. */
  isFirst: boolean
  isOwn: boolean
  isEditing: boolean
  /** What the page says now: another language is another row. */
  locale: object
}

/** A message as it stands. It is drawn again only when it has changed, since there are many. */
export class MessageRow extends Component<Props> {
  override shouldComponentUpdate(next: Props): boolean {
    return (Object.keys(next) as (keyof Props)[]).some((key) => next[key] !== this.props[key])
  }

  override render({ message, isFirst, isOwn, isEditing }: Props): VNode {
    const { id, name, guest, text, at, edited } = message
    const time = Date.parse(at)
    const kind = `message${isFirst ? ' first' : ''}${isOwn ? ' own' : ''}`
    return (
      <li class={kind} data-key={id}>
        {isFirst && <Author name={name} isGuest={guest} isOwn={isOwn} />}
        <time dateTime={at} title={fullTimeOf(time)}>
          {timeOf(time)}
        </time>
        {isEditing ? <Editor message={message} /> : <Text text={text} />}
        {edited !== undefined && (
          <span class="mark" title={fullTimeOf(Date.parse(edited))}>
            {words.value.edited}
          </span>
        )}
        {isOwn && !isEditing && <OwnActions message={message} />}
      </li>
    )
  }
}
