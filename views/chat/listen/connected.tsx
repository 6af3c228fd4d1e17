import type { VNode } from 'preact'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'

/** How the page is connected, and where to look when that is not as it should be. */
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
