import { signal } from '@preact/signals'
import type { FindLinks } from './rich-text.ts'

/** Finds the links in a text; undefined until that has been loaded, which the first words need not wait for. */
export const findLinks = signal<FindLinks | undefined>(undefined)

/** Loads what finds links; without it, texts are shown as they stand. */
export async function loadLinks(): Promise<void> {
  const { LinkifyIt } = await import('linkify-it')
  const linkify = new LinkifyIt({ fuzzyLink: true })
  findLinks.value = (text) => linkify.match(text) ?? []
}
