import escapeHtml from 'escape-html'
import type { StandingMessage } from '../../chat/log/entry.ts'
import type { Language } from '../../chat/format/language.ts'
import { fillTemplate, scriptJson } from './template.ts'
import type { View } from './view.ts'

/** What the page of a room shows to one reader. */
export interface ChatPage extends View {
  room: string
  /** The name of the reader's session; null without one. */
  name: string | null
  messages: StandingMessage[]
  /** The initial state of the page's script, embedded as JSON. */
  state: object
  form: ChatForm
  /** The query string of the same view, such as `?view=embed`; empty for the default view. */
  query: string
}

/** The contents of the form that works without a script, and the error sentence of the last attempt to send it. */
export interface ChatForm {
  name?: string | undefined
  message?: string | undefined
  failure?: string | undefined
}

/** The texts of the page in one language. */
interface PageWording {
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

const WORDINGS: Record<Language, PageWording> = {
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

/**
 * The chat page as HTML: the last messages and a form, which work without a script, and the initial state for the
 * script.
 */
export function chatPageHtml(template: string, page: ChatPage): string {
  const { room, language, view, theme, background, name, messages, state, form, query } = page
  const wording = WORDINGS[language]
  return fillTemplate(template, {
    ...Object.fromEntries(Object.entries(wording).map(([key, text]) => [`word.${key}`, text])),
    language: wording.locale,
    view: `data-view="${view}" data-theme="${theme}" data-background="${background}"`,
    // In a frame, links open in a new tab.
    base: view === 'page' ? '' : '<base target="_blank" />',
    home: view === 'page' ? '/' : `/rooms/${encodeURIComponent(room)}`,
    query: escapeHtml(query),
    room: escapeHtml(room),
    path: `/rooms/${encodeURIComponent(room)}`,
    messages: messages.map((message, i) => messageHtml(message, messages[i - 1], name, wording)).join(''),
    failure: form.failure === undefined ? '' : `<p class="why" role="alert">${escapeHtml(form.failure)}</p>`,
    naming: name === null ? nameField(wording, form.name) : '',
    draft: escapeHtml(form.message ?? ''),
    state: scriptJson(state),
  })
}

function messageHtml(
  { name, text, guest, at }: StandingMessage,
  before: StandingMessage | undefined,
  reader: string | null,
  { anonymous }: PageWording,
): string {
  const isFirst = before?.name !== name || before.guest !== guest
  const kind = `message${isFirst ? ' first' : ''}${!guest && name === reader ? ' own' : ''}`
  const claimed = guest ? ' claimed' : ''
  const author = `<span class="author${claimed}"><bdi dir="auto">${escapeHtml(name ?? anonymous)}</bdi></span>`
  // The server does not know the reader's time zone, so show UTC.
  const iso = new Date(at).toISOString()
  const time = `<time datetime="${iso}" title="${iso}">${iso.slice(11, 16)} UTC</time>`
  return `<li class="${kind}">${isFirst ? author : ''}${time}<div class="text" dir="auto">${escapeHtml(text)}</div></li>`
}

function nameField({ yourName }: PageWording, name = ''): string {
  const label = `placeholder="${yourName}" aria-label="${yourName}"`
  const field = `name="name" dir="auto" required maxlength="64" autocomplete="nickname" value="${escapeHtml(name)}"`
  return `<div class="naming"><input ${field} ${label} /></div>`
}
