import type { VNode } from 'preact'
import { Banner } from './listen/banner.tsx'
import { Announcer } from './log/announcer.tsx'
import { Log } from './log/log.tsx'
import { useChat } from './use-chat.ts'

/** The conversation without any input, for a screen that only shows it. */
export function Reading(): VNode {
  const { room } = useChat()
  return (
    <>
      <header class="unseen">
        <h1 dir="auto">{room}</h1>
      </header>
      <Banner />
      <Log />
      <Announcer />
    </>
  )
}
