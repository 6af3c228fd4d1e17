import { comment, encode, type Frame } from '../../sse/index.ts'
import { formatId } from '../log/cursor.ts'
import type { Entry, Erased } from '../log/entry.ts'
import { RETRY_MS, type Format } from './format.ts'
import { printable, printableName, quoteForgeries } from './plain-text.ts'
import type { Wording } from './wording.ts'

/**
 * The format of `format=text`, for reading in a terminal: unnamed events with one sentence each. A message can neither
 * control the terminal nor imitate a line of somebody else.
 */
export function textFormat(wording: Wording): Format {
  function sentence(entry: Exclude<Entry, Erased>): string {
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
  const lost = (epoch: string, head: number): Frame => encode({ data: wording.reset, id: formatId(epoch, head) })

  return {
    entry(epoch, entry) {
      const id = formatId(epoch, entry.number)
      // It has no text, but moves the cursor.
      return entry.event === 'erased' ? encode({ id }) : encode({ data: printable(sentence(entry)), id })
    },
    opening(epoch, { resumption, cursor }) {
      const greeting = encode({ retry: RETRY_MS, data: wording.connected, id: formatId(epoch, cursor) })
      return resumption.resume === 'reset' ? Buffer.concat([greeting, lost(epoch, resumption.head)]) : greeting
    },
    lost: (epoch, _room, head) => lost(epoch, head),
    joined: (name) => encode({ data: wording.joined(name) }),
    left: (name) => encode({ data: wording.left(name) }),
    renamed: (before, after) => encode({ data: wording.renamed(before, after) }),
    store: (isReachable) => comment(isReachable ? 'the store is reachable again' : 'the store cannot be reached'),
    heartbeat: () => comment('heartbeat'),
    closing: (retryMs) => encode({ retry: retryMs }),
  }
}
