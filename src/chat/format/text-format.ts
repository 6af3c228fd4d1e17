import { comment, encode } from '../../sse/index.ts'
import { formatId } from '../log/cursor.ts'
import type { Entry } from '../log/entry.ts'
import { RETRY_MS, type Epochal, type Format } from './format.ts'
import { printable, printableName, quoteForgeries } from './plain-text.ts'
import type { Wording } from './wording.ts'

/** What a person reads in a terminal: message events alone, in words. No message commands the terminal or forges a line. */
export function textFormat(log: Epochal, wording: Wording): Format {
  function words(entry: Entry): string {
    const name = printableName(entry.name ?? '')
    switch (entry.event) {
      case 'message':
        return entry.name === null ? quoteForgeries(entry.text, 0) : wording.said(name, quoteForgeries(entry.text, 1))
      case 'edited':
        return wording.edited(name, quoteForgeries(entry.text, 1))
      case 'deleted':
        return wording.deleted(name)
    }
  }
  const lost = (head: number) => encode({ data: wording.reset, id: formatId(log.epoch, head) })

  return {
    entry: (entry) => encode({ data: printable(words(entry)), id: formatId(log.epoch, entry.number) }),
    opening({ verdict, cursor }) {
      const greeting = encode({ retry: RETRY_MS, data: wording.connected, id: formatId(log.epoch, cursor) })
      return verdict.resume === 'reset' ? Buffer.concat([greeting, lost(verdict.head)]) : greeting
    },
    lost: (_room, head) => lost(head),
    joined: (name) => encode({ data: wording.joined(name) }),
    left: (name) => encode({ data: wording.left(name) }),
    store: (isReachable) => comment(isReachable ? 'the store is reachable again' : 'the store cannot be reached'),
    heartbeat: () => comment('heartbeat'),
    closing: (retryMs) => encode({ retry: retryMs }),
  }
}
