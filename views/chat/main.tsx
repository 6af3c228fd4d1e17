import { render } from 'preact'
import { App } from './app.tsx'
import { Chat } from './chat.ts'
import { cookieAccess, ensureEventSource } from './listen/stream.ts'
import type { PageState } from './protocol.ts'
import { Reading } from './reading.tsx'
import { ChatContext } from './use-chat.ts'
import { startLanguage } from './translation/language.ts'

const state = JSON.parse(document.getElementById('state')!.textContent) as PageState
const root = document.getElementById('app')!
startLanguage(state.language, state.view !== 'read')
const framed = state.view === 'page' ? undefined : (await import('./framed/framed-access.ts')).framedAccess(state.view)
const chat = new Chat(framed ? { ...state, name: framed.name } : state, framed ?? cookieAccess)

// Remove the HTML that the server has rendered for browsers without scripts.
root.replaceChildren()
root.classList.remove('served')
render(<ChatContext.Provider value={chat}>{state.view === 'read' ? <Reading /> : <App />}</ChatContext.Provider>, root)
await ensureEventSource()
chat.start()
if (framed?.name) void chat.session.check()
