import { Component, type VNode } from 'preact'
import type { ChatMessage } from '../../protocol.ts'
import { translation } from '../../translation/language.ts'
import { fullTimeOf, timeOf } from '../../translation/time.ts'
import { Author } from './author.tsx'
import { OwnActions } from './own-actions.tsx'
import { Editor } from './editor.tsx'
import { Text } from './text.tsx'

interface Props {
  message: ChatMessage
  /** Whether it is the first of several messages in a row by the same author. */
  isFirst: boolean
  isOwn: boolean
  isEditing: boolean
  /** The translation in use. When the reader switches the language, the row is drawn again. */
  locale: object
}

/** A message in its current state. There are many, so each is drawn again only when its properties change. */
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
            {translation.value.edited}
          </span>
        )}
        {isOwn && !isEditing && <OwnActions message={message} />}
      </li>
    )
  }
}
