import type { VNode } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { Banner } from './listen/banner.tsx'
import { Announcer } from './log/announcer.tsx'
import { Log } from './log/log.tsx'
import { TypingLine } from './people/typing-line.tsx'
import { Composer } from './send/composer.tsx'
import { Side } from './side.tsx'
import { useChat } from './use-chat.ts'
import { translation } from './translation/language.ts'
import { numberText } from './translation/time.ts'

const WIDE = matchMedia('(min-width: 60rem)')

/** The whole page: the conversation, and a side panel beside it. On a narrow screen the panel lies over it. */
export function App(): VNode {
  const { room, view, api, people } = useChat()
  const [isWide, setWide] = useState(WIDE.matches)
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const changed = () => setWide(WIDE.matches)
    WIDE.addEventListener('change', changed)
    return () => WIDE.removeEventListener('change', changed)
  }, [])
  const { menu, close, here } = translation.value
  const { count } = people.roster.value

  return (
    <>
      <header class="bar">
        <a class="wordmark" href={view === 'page' ? '/' : api.path('')}>
          <span lang="zh-CN">茶馆</span>
        </a>
        <h1 dir="auto">{room}</h1>
        {count > 0 && <span class="here">{here(count).replace(String(count), numberText(count))}</span>}
        {!isWide && (
          <button type="button" class="menu" onClick={() => dialog.current!.showModal()}>
            {menu}
          </button>
        )}
      </header>
      {isWide ? (
        <aside>
          <Side />
        </aside>
      ) : (
        <dialog
          ref={dialog}
          aria-label={menu}
          onClick={({ target }) => {
            if (target === dialog.current) dialog.current!.close()
          }}
        >
          <button type="button" class="close" onClick={() => dialog.current!.close()}>
            {close}
          </button>
          <Side />
        </dialog>
      )}
      <Banner />
      <Log />
      <TypingLine />
      <Composer />
      <Announcer />
    </>
  )
}
