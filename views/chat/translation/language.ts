import { computed, signal } from '@preact/signals'
import { remembered } from '../stored.ts'
import { en } from './en.ts'
import type { Translation } from './translation.ts'
import { zh } from './zh.ts'

export type Language = 'zh' | 'en'

/** The language of the page: the server's choice, until the reader makes another. */
export const language = signal<Language>('zh')

/** What the page says, in its language. */
export const translation = computed<Translation>(() => (language.value === 'zh' ? zh : en))

/** Starts with what the reader has chosen before, or else with `served`; where there is no choice, with that. */
export function startLanguage(served: Language, hasChoice: boolean): void {
  const chosen = hasChoice ? (remembered.read('language') as Language | undefined) : undefined
  apply(chosen ?? served)
}

/** The reader wants the other language, from now on. */
export function switchLanguage(): void {
  const other = language.value === 'zh' ? 'en' : 'zh'
  remembered.write('language', other)
  apply(other)
}

function apply(chosen: Language): void {
  language.value = chosen
  document.documentElement.lang = translation.value.locale
}
