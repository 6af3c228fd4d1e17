import { computed, signal } from '@preact/signals'
import { remembered } from '../stored.ts'
import { en } from './en.ts'
import type { Translation } from './translation.ts'
import { zh } from './zh.ts'

export type Language = 'zh' | 'en'

/** The language of the page: the server's choice until the reader switches it. */
export const language = signal<Language>('zh')

/** The texts of the page in its language. */
export const translation = computed<Translation>(() => (language.value === 'zh' ? zh : en))

/** Starts with the reader's earlier choice, or with `served` if there is none or `hasChoice` is false. */
export function startLanguage(served: Language, hasChoice: boolean): void {
  const chosen = hasChoice ? (remembered.read('language') as Language | undefined) : undefined
  apply(chosen ?? served)
}

/** Switches to the other language and remembers the choice. */
export function switchLanguage(): void {
  const other = language.value === 'zh' ? 'en' : 'zh'
  remembered.write('language', other)
  apply(other)
}

function apply(chosen: Language): void {
  language.value = chosen
  document.documentElement.lang = translation.value.locale
}
