import { render } from 'preact'
import { App } from './app.tsx'
import { Chat } from './chat.ts'
import { ensureEventSource } from './listen/stream.ts'
import type { PageState } from './protocol.ts'
import { ChatContext } from './use-chat.ts'
import { startLanguage } from './words/language.ts'

const state = JSON.parse(document.getElementById('state')!.textContent) as PageState
const root = document.getElementById('app')!
startLanguage(state.language)
const chat = new Chat(state)

// What the server has drawn is for those without a script.
root.replaceChildren()
root.classList.remove('served')
render(
  <ChatContext.Provider value={chat}>
    <App />
  </ChatContext.Provider>,
  root,
)
await ensureEventSource()
chat.start()
