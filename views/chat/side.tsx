import type { VNode } from 'preact'
import { AttentionSettings } from './attention/attention-settings.tsx'
import { Connected } from './listen/connected.tsx'
import { PeopleList } from './people/people-list.tsx'
import { Self } from './people/self.tsx'
import { RoomsList } from './rooms/rooms-list.tsx'
import { Share } from './rooms/share.tsx'
import { useChat } from './use-chat.ts'
import { switchLanguage, translation } from './translation/language.ts'

/** The side panel: rooms, people, the reader's name, settings. */
export function Side(): VNode {
  const isFramed = useChat().view !== 'page'
  const { otherLanguage, language } = translation.value
  return (
    <div class="side">
      {!isFramed && <RoomsList />}
      <PeopleList />
      <Self />
      <Share />
      {!isFramed && <AttentionSettings />}
      <section>
        <h2>{language}</h2>
        <button type="button" lang={otherLanguage === 'English' ? 'en' : 'zh-CN'} onClick={switchLanguage}>
          {otherLanguage}
        </button>
      </section>
      <Connected />
    </div>
  )
}
