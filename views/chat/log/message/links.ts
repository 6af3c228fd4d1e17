import { signal } from '@preact/signals'
import type { FindLinks } from './rich-text.ts'

const finder = signal<FindLinks | undefined>(undefined)
let isLoading = false

/** Finds the links in a text. What does that is loaded when there is the first text with anything like a link in it. */
export function findLinks(text: string): ReturnType<FindLinks> {
  if (!/[^\s.:@][.:@][^\s.:@]|\/\//.test(text)) return []
  if (!finder.value) void load()
  return finder.value?.(text) ?? []
}

async function load(): Promise<void> {
  if (isLoading) return
  isLoading = true
  try {
    const { LinkifyIt } = await import('linkify-it')
    const linkify = new LinkifyIt({ fuzzyLink: true })
    finder.value = (text) => linkify.match(text) ?? []
  } catch {
    // Texts are shown as they stand; the next one tries again.
    isLoading = false
  }
}
