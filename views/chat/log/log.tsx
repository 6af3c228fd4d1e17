import type { VNode } from 'preact'
import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { ChatMessage } from '../protocol.ts'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'
import { numberText } from '../translation/time.ts'
import { MessageRow } from './message/message-row.tsx'
import { OutgoingRow } from './message/outgoing-row.tsx'
import { QuietRow } from './quiet-row.tsx'
import { rowsOf } from './rows.ts'
import { indexAfter } from './order.ts'
import { rangeOf } from './view.ts'

/** The list of messages, the newest at the bottom. */
export function Log(): VNode {
  const chat = useChat()
  const { timeline, scrolling, sender, past, editing, visit } = chat
  const isOwn = (message: ChatMessage) => chat.isOwn(message)
  const list = useRef<HTMLDivElement>(null)
  useEffect(() => scrolling.attach(list.current!), [scrolling])
  useLayoutEffect(() => scrolling.rendered())

  void timeline.version.value
  const view = scrolling.view.value
  const { messages } = timeline
  const { start, end } = rangeOf(messages, view)
  const isTail = end === messages.length
  const isHead = start === 0
  const { notes } = timeline
  const rows = rowsOf({ messages: messages.slice(start, end), notes, seen: visit.seen.value, isHead, isTail })
  const outgoing = sender.items.value.filter(({ seenAs }) => seenAs === undefined)
  const last = messages.at(-1)
  const isOwnLast = last !== undefined && isOwn(last)
  const below = messages.length - indexAfter(messages, scrolling.leftAt)
  const { beginning, loading, toNewest, newBelow, messages: label } = translation.value

  return (
    <main class="log">
      <div class="list" ref={list} tabIndex={0} role="region" aria-label={label} onScroll={() => scrolling.scrolled()}>
        {isHead && <p class="beginning">{past.isLoading.value || timeline.more ? loading : beginning}</p>}
        <ol class="rows">
          {rows.map((row) =>
            row.kind === 'message' ? (
              <MessageRow
                key={row.key}
                message={row.message}
                isFirst={row.isFirst}
                isOwn={isOwn(row.message)}
                isEditing={editing.value === row.key}
                locale={translation.value}
              />
            ) : (
              <QuietRow key={row.key} row={row} />
            ),
          )}
          {isTail &&
            outgoing.map((item, i) => <OutgoingRow key={item.key} item={item} isFirst={i === 0 && !isOwnLast} />)}
        </ol>
      </div>
      {view.at === 'span' && (
        <button type="button" class="below" onClick={() => scrolling.toBottom()}>
          {below > 0 ? newBelow(below).replace(String(below), numberText(below)) : toNewest}
        </button>
      )}
    </main>
  )
}
