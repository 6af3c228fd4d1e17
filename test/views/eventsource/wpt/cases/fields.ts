import { reads, type WptCase } from '../case.ts'

const comesBackAfter = (lines: string) => `
  const path = '/message?message=' + encodeURIComponent(${JSON.stringify(lines)})
  let openedAt
  const source = new EventSource(path)
  const waited = await new Promise((resolve) => {
    source.onopen = () => (openedAt === undefined ? (openedAt = performance.now()) : resolve(performance.now() - openedAt))
  })
  source.close();`

/** The fields event, id and retry. */
export const FIELDS: WptCase[] = [
  {
    wpt: 'format-field-event',
    it: 'names an event, and not the next one',
    run: `
      const seen = await watch('/message?message=event%3Atest%0Adata%3Ax%0A%0Adata%3Ax', (seen) => seen.length === 3)
      return seen.map(({ type, data }) => [type, data])`,
    gives: [
      ['open', undefined],
      ['test', 'x'],
      ['message', 'x'],
    ],
  },
  reads('format-field-event-empty', 'takes an event without a name as a message', 'event: \ndata:data\n\n', 'data'),
  {
    wpt: 'format-field-id',
    it: 'sends the last id when it comes back',
    run: `return data(await messages('/last-event-id?id=abc', 2))`,
    gives: ['hello', 'abc'],
  },
  {
    wpt: 'format-field-id-2',
    it: 'sends an id that is not ASCII as UTF-8, and keeps it',
    run: `const seen = await messages('/last-event-id', 3); return [data(seen), ids(seen)]`,
    gives: [
      ['hello', '…', '…'],
      ['…', '…', '…'],
    ],
  },
  ...[
    ['persists', 'keeps an id for the messages after it', 'id: 1\ndata: 1\n\ndata: 2\n\n', ['1', '1']],
    ['resets', 'empties the id by one without a value', 'id: 1\ndata: 1\n\nid:\ndata: 2\n\ndata: 3\n\n', ['1', '', '']],
    [
      'resets (no colon)',
      'empties the id by one without a colon',
      'id: 1\ndata: 1\n\nid\ndata: 2\n\ndata: 3\n\n',
      ['1', '', ''],
    ],
  ].map(([variant, it, body, gives]) => ({
    wpt: `format-field-id-3 ${String(variant)}`,
    it: String(it),
    run: `return ids(await messages('/message?newline=none&message=${encodeURIComponent(String(body))}', ${gives!.length}))`,
    gives,
  })),
  ...['\0\0', 'x\0', '\0x', 'x\0x', ' \0'].map((id) => ({
    wpt: `format-field-id-null ${JSON.stringify(id)}`,
    it: `ignores the id ${JSON.stringify(id)}, as it has a NUL`,
    run: `
      const seen = await messages('/last-event-id?id=${encodeURIComponent(id)}', 2)
      return [data(seen), ids(seen)]`,
    gives: [
      ['hello', 'hello'],
      ['', ''],
    ],
  })),
  {
    wpt: 'format-field-retry',
    it: 'comes back as late as it is told',
    run: `${comesBackAfter('retry:3000\ndata:x')} return waited > 2990`,
    gives: true,
  },
  {
    wpt: 'format-field-retry-bogus',
    it: 'ignores a time that is no number',
    run: `${comesBackAfter('retry:2000\nretry:1000x\ndata:x')} return waited > 1990`,
    gives: true,
  },
  reads('format-field-retry-empty', 'ignores a time that is not there', 'retry\ndata:test\n\n', 'test'),
]
