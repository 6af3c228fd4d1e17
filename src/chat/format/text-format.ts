import { comment, encode } from '../../sse/index.ts'
import { formatId } from '../log/cursor.ts'
import type { Entry } from '../log/entry.ts'
import { RETRY_MS, startingPoint, type Epochal, type Format } from './format.ts'
import type { Wording } from './wording.ts'

/** What a person reads in a terminal: message events alone, in words. */
export function textFormat(log: Epochal, wording: Wording): Format {
  function words(entry: Entry): string {
    switch (entry.event) {
      case 'message':
        return entry.name === null ? entry.text : wording.said(entry.name, entry.text)
      case 'edited':
        return wording.edited(entry.name, entry.text)
      case 'deleted':
        return wording.deleted(entry.name)
    }
  }
  const connected = encode({ retry: RETRY_MS, data: wording.connected })
  const lost = (head: number) => encode({ id: formatId(log.epoch, head), data: wording.reset })

  return {
    entry: (entry) => encode({ id: formatId(log.epoch, entry.number), data: words(entry) }),
    opening: (verdict) =>
      Buffer.concat([connected, verdict.resume === 'reset' ? lost(verdict.head) : startingPoint(log.epoch, verdict)]),
    lost: (_room, head) => lost(head),
    joined: (name) => encode({ data: wording.joined(name) }),
    left: (name) => encode({ data: wording.left(name) }),
    store: (isReachable) => comment(isReachable ? 'the store is reachable again' : 'the store cannot be reached'),
    heartbeat: () => comment('heartbeat'),
    closing: (retryMs) => encode({ retry: retryMs }),
  }
}
