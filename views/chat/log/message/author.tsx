import type { VNode } from 'preact'
import { translation } from '../../translation/language.ts'

interface Props {
  name: string | null
  isGuest: boolean
  isOwn: boolean
}

/** The author's name, marked if the author is a guest, who does not hold it, or the reader. */
export function Author({ name, isGuest, isOwn }: Props): VNode {
  const { anonymous, guest, you } = translation.value
  return (
    <span class={isGuest ? 'author claimed' : 'author'}>
      <bdi dir="auto">{name ?? anonymous}</bdi>
      {isOwn && <small>{you}</small>}
      {isGuest && name !== null && <small>{guest}</small>}
    </span>
  )
}
