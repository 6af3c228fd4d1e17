import { createEventSource } from 'eventsource-client'
import { isHeard, type Client } from '../client.ts'

export const EVENTSOURCE_CLIENT: Client = {
  name: 'eventsource-client',
  start(url, hear) {
    const source = createEventSource({
      url,
      onMessage: ({ event = 'message', data }) => isHeard(event) && hear(data),
    })
    return () => source.close()
  },
}
