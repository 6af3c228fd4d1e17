import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** Shows how the page is connected (stream, long poll or not at all), with a link to the diagnostics. */
export function Connected(): VNode {
  const { value } = useChat().link.connection
  const { connection, viaStream, viaPoll, noConnection, diagnostics } = translation.value
  return (
    <section class="connected">
      <h2>{connection}</h2>
      <p class="faint">
        {value.state !== 'open' ? noConnection : value.via === 'stream' ? viaStream : viaPoll}
        {' · '}
        <a href="/diagnostics">{diagnostics}</a>
      </p>
    </section>
  )
}
