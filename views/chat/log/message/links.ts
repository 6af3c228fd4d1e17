import { signal } from '@preact/signals'
import type { FindLinks } from './rich-text.ts'

const finder = signal<FindLinks | undefined>(undefined)
let isLoading = false

/** Finds the links in a text. The library for it loads when a text first contains something like a link. */
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
    // Until the library loads, links are shown as plain text; the next text tries to load it again.
    isLoading = false
  }
}
