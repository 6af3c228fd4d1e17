import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Chat } from './chat.ts'

/** Gives the components of the page their Chat. */
export const ChatContext = createContext<Chat | undefined>(undefined)

export function useChat(): Chat {
  const chat = useContext(ChatContext)
  if (!chat) throw new Error('outside of a chat')
  return chat
}
