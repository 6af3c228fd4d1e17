import type { VNode } from 'preact'
import { words } from '../../words/language.ts'

interface Props {
  name: string | null
  isGuest: boolean
  isOwn: boolean
}

/** Whose words follow, and whether the name is held or only claimed. */
export function Author({ name, isGuest, isOwn }: Props): VNode {
  const { anonymous, guest, you } = words.value
  return (
    <span class={isGuest ? 'author claimed' : 'author'}>
      <bdi dir="auto">{name ?? anonymous}</bdi>
      {isOwn && <small>{you}</small>}
      {isGuest && name !== null && <small>{guest}</small>}
    </span>
  )
}
