import type { Language } from './language.ts'

/** The sentences of the text format in one language. */
export interface Wording {
  connected: string
  said: (name: string, text: string) => string
  edited: (name: string, text: string) => string
  deleted: (name: string) => string
  joined: (name: string) => string
  left: (name: string) => string
  renamed: (before: string, after: string) => string
  reset: string
}

export const WORDINGS: Record<Language, Wording> = {
  zh: {
    connected: '已连接至服务器',
    said: (name, text) => `${name}说:${text}`,
    edited: (name, text) => `${name}改为:${text}`,
    deleted: (name) => `${name}删除了一条消息`,
    joined: (name) => `欢迎${name}的加入`,
    left: (name) => `${name}离开了`,
    renamed: (before, after) => `${before}改名为${after}`,
    reset: '有些消息已无法补发',
  },
  en: {
    connected: 'Connected',
    said: (name, text) => `${name}: ${text}`,
    edited: (name, text) => `${name} changed it to: ${text}`,
    deleted: (name) => `${name} deleted a message`,
    joined: (name) => `${name} joined`,
    left: (name) => `${name} left`,
    renamed: (before, after) => `${before} is now called ${after}`,
    reset: 'Some messages can no longer be sent again',
  },
}
