import type { VNode } from 'preact'
import { translation } from '../translation/language.ts'
import { dayOf } from '../translation/time.ts'
import type { Row } from './rows.ts'

/** A line that is no message: the date, the start of the new messages, a join or leave, a reset. */
export function QuietRow({ row }: { row: Exclude<Row, { kind: 'message' }> }): VNode {
  return (
    <li class={`quiet ${row.kind}`} data-key={row.key}>
      <span dir="auto">{sentence(row)}</span>
    </li>
  )
}

function sentence(row: Exclude<Row, { kind: 'message' }>): string {
  const { newSince, reset, joined, left, locale } = translation.value
  switch (row.kind) {
    case 'day':
      return dayOf(row.at, Date.now())
    case 'new':
      return newSince
    case 'reset':
      return reset
    case 'presence': {
      const parts = [row.joined.length > 0 && joined(row.joined), row.left.length > 0 && left(row.left)]
      return parts.filter((part) => part !== false).join(locale === 'en' ? ' · ' : '　')
    }
  }
}
