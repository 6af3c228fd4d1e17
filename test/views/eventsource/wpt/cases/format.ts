import { reads, type WptCase } from '../case.ts'

const LONG = 'x'.repeat(2048)

/** How a body becomes lines, and lines become messages. */
export const FORMAT: WptCase[] = [
  reads(
    'event-data',
    'joins the lines of a message, and knows no other fields',
    'data:msg\ndata: msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n',
    'msg\nmsg',
    '',
    'end',
  ),
  reads(
    'format-bom',
    'skips a byte order mark at the start alone',
    '\uFEFFdata:1\n\n\uFEFFdata:2\n\ndata:3\n\n',
    '1',
    '3',
  ),
  reads('format-bom-2', 'skips one byte order mark', '\uFEFF\uFEFFdata:1\n\ndata:2\n\ndata:3\n\n', '2', '3'),
  reads(
    'format-comments',
    'skips comments, empty and long',
    `data:1\r:\0\n:\r\ndata:2\n:${LONG}\rdata:3\n:data:fail\r:${LONG}\ndata:4\n\n`,
    '1\n2\n3\n4',
  ),
  {
    wpt: 'format-data-before-final-empty-line',
    it: 'drops a message whose empty line never came, and its id',
    run: `
      const body = encodeURIComponent('retry:20\\ndata:test1\\n\\nid:test\\ndata:test2')
      const [, again] = await messages('/message?newline=none&message=' + body, 2)
      return [again.data, again.lastEventId]`,
    gives: ['test1', ''],
  },
  reads(
    'format-field-data',
    'takes data without a value as an empty line',
    'data:\n\ndata\ndata\n\ndata:test\n\n',
    '',
    '\n',
    'test',
  ),
  reads(
    'format-field-parsing',
    'knows a field by its exact name, and takes one space from its value',
    'data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n',
    '\0\n 2\n1\n3\n\n4',
  ),
  reads(
    'format-field-unknown',
    'skips unknown fields',
    'data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\n\n',
    'test\n',
  ),
  reads(
    'format-leading-space',
    'takes a space from the start of a value, not a tab',
    'data:\ttest\rdata: \ndata:test\n\n',
    '\ttest\n\ntest',
  ),
  reads('format-newlines', 'ends lines at CR, LF and CRLF', 'data:test\r\ndata\ndata:test\r\n\r\n', 'test\n\ntest'),
  reads('format-null-character', 'keeps a NUL in data', 'data:\0\n\n', '\0'),
  {
    wpt: 'format-utf-8',
    it: 'reads UTF-8, whatever charset the type names',
    run: `
      const path = '/message?mime=text/event-stream%3bcharset=windows-1252&message=data%3Aok…'
      const seen = await watch(path, (seen) => seen[0].type === 'error' || seen.length === 2)
      return seen.map(({ type, data }) => data || type)`,
    gives: ['open', 'ok…'],
    native: { gives: ['error'], because: 'Chromium takes no charset but UTF-8' },
  },
  ...[
    ['format-mime-bogus', 'x bogus'],
    ['format-mime-valid-bogus', 'text/x-bogus'],
  ].map(([wpt, mime]) => ({
    wpt: wpt!,
    it: `closes at the type ${mime}`,
    run: `
      const { readyState, hasData, bubbles, cancelable } =
        (await watch('/message?mime=${encodeURIComponent(mime!)}', () => true))[0]
      return [readyState, hasData, bubbles, cancelable]`,
    gives: [2, false, false, false],
  })),
  {
    wpt: 'format-mime-trailing-semicolon',
    it: 'takes a type that ends with a semicolon',
    run: `return data(await messages('/message?mime=text/event-stream%3B', 1))`,
    gives: ['data'],
  },
]
