import { programIn } from '../support/examples.ts'
import { describeClients } from './describe-clients.ts'
import { BROWSER_CLIENTS } from './npm/browser-clients.ts'
import { EVENT_SOURCES } from './npm/event-sources.ts'
import { EVENTSOURCE_CLIENT } from './npm/eventsource-client.ts'
import { cacheProgram } from './programs/cache.ts'
import { exampleClient } from './programs/program-client.ts'

const DOCUMENT = 'docs/clients.md'

describe('SSE clients from npm, cut ten times', () => {
  const script = cacheProgram('example.mjs', programIn(DOCUMENT, 'js'))
  const shell = cacheProgram('example.sh', programIn(DOCUMENT, 'bash'))
  describeClients([
    ...EVENT_SOURCES,
    EVENTSOURCE_CLIENT,
    ...BROWSER_CLIENTS,
    exampleClient({ name: `the JavaScript of ${DOCUMENT}`, command: process.execPath, args: [script] }),
    exampleClient({ name: `the shell script of ${DOCUMENT}`, command: 'bash', args: [shell] }),
  ])
})
