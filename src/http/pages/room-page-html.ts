import escapeHtml from 'escape-html'
import type { StandingMessage } from '../../chat/log/entry.ts'
import type { Language } from '../../chat/format/language.ts'
import { fillTemplate, scriptJson } from './template.ts'
import type { View } from './view.ts'

/** What one reader is shown of a room. */
export interface ChatPage extends View {
  room: string
  /** The name that the reader's session holds. */
  name: string | null
  messages: StandingMessage[]
  /** What the script starts from. */
  state: object
  form: ChatForm
  /** What asks for the same view again. */
  query: string
}

/** What stands in the form that works without a script, and why it could not be sent. */
export interface ChatForm {
  name?: string | undefined
  message?: string | undefined
  failure?: string | undefined
}

interface Words {
  locale: string
  title: string
  description: string
  messages: string
  message: string
  yourName: string
  send: string
  anonymous: string
  refresh: string
}

const WORDS: Record<Language, Words> = {
  zh: {
    locale: 'zh-CN',
    title: '茶馆',
    description: '坐下聊聊。不用注册，打开链接即可。',
    messages: '消息',
    message: '说点什么',
    yourName: '你的名字',
    send: '发送',
    anonymous: '匿名',
    refresh: '刷新',
  },
  en: {
    locale: 'en',
    title: 'Teahouse',
    description: 'Sit down and talk. No account: the link is enough.',
    messages: 'Messages',
    message: 'Message',
    yourName: 'Your name',
    send: 'Send',
    anonymous: 'anonymous',
    refresh: 'Refresh',
  },
}

/** The chat page as HTML: with the last messages and a form for those without a script, and the state for the script. */
export function chatPageHtml(template: string, page: ChatPage): string {
  const { room, language, view, theme, background, name, messages, state, form, query } = page
  const words = WORDS[language]
  return fillTemplate(template, {
    ...Object.fromEntries(Object.entries(words).map(([key, word]) => [`word.${key}`, word])),
    language: words.locale,
    view: `data-view="${view}" data-theme="${theme}" data-background="${background}"`,
    // A link leads out of a frame, not the frame away.
    base: view === 'page' ? '' : '<base target="_blank" />',
    home: view === 'page' ? '/' : `/rooms/${encodeURIComponent(room)}`,
    query: escapeHtml(query),
    room: escapeHtml(room),
    path: `/rooms/${encodeURIComponent(room)}`,
    messages: messages.map((message, i) => messageHtml(message, messages[i - 1], name, words)).join(''),
    failure: form.failure === undefined ? '' : `<p class="why" role="alert">${escapeHtml(form.failure)}</p>`,
    naming: name === null ? nameField(words, form.name) : '',
    draft: escapeHtml(form.message ?? ''),
    state: scriptJson(state),
  })
}

function messageHtml(
  { name, text, guest, at }: StandingMessage,
  before: StandingMessage | undefined,
  reader: string | null,
  { anonymous }: Words,
): string {
  const isFirst = before?.name !== name || before.guest !== guest
  const kind = `message${isFirst ? ' first' : ''}${!guest && name === reader ? ' own' : ''}`
  const claimed = guest ? ' claimed' : ''
  const author = `<span class="author${claimed}"><bdi dir="auto">${escapeHtml(name ?? anonymous)}</bdi></span>`
  // The reader's time zone is not known here; UTC says so.
  const iso = new Date(at).toISOString()
  const time = `<time datetime="${iso}" title="${iso}">${iso.slice(11, 16)} UTC</time>`
  return `<li class="${kind}">${isFirst ? author : ''}${time}<div class="text" dir="auto">${escapeHtml(text)}</div></li>`
}

function nameField({ yourName }: Words, name = ''): string {
  const label = `placeholder="${yourName}" aria-label="${yourName}"`
  const field = `name="name" dir="auto" required maxlength="64" autocomplete="nickname" value="${escapeHtml(name)}"`
  return `<div class="naming"><input ${field} ${label} /></div>`
}
