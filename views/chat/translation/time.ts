import { computed } from '@preact/signals'
import { startOfDay } from './day.ts'
import { language, translation } from './language.ts'

const DAY_MS = 24 * 60 * 60 * 1000

const formats = computed(() => {
  // Use the reader's own region, because e.g. British and American readers write times differently.
  const locale = navigator.languages.find((wish) => wish.startsWith(language.value)) ?? translation.value.locale
  return {
    time: new Intl.DateTimeFormat(locale, { timeStyle: 'short' }),
    full: new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'medium' }),
    day: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }),
    year: new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' }),
    relative: new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }),
    number: new Intl.NumberFormat(locale),
  }
})

/** The time of day. */
export function timeOf(at: number): string {
  return formats.value.time.format(at)
}

/** Day and time, in full. */
export function fullTimeOf(at: number): string {
  return formats.value.full.format(at)
}

/** The day as the reader's language names it: today, yesterday, Monday 3 March. */
export function dayOf(at: number, now: number): string {
  const { relative, day, year } = formats.value
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS)
  if (days === 0 || days === 1) return relative.format(-days, 'day')
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? day : year).format(at)
}

/** A number as the reader's language writes it. */
export function numberText(number: number): string {
  return formats.value.number.format(number)
}
