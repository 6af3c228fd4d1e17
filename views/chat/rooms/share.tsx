import type { VNode } from 'preact'
import { useState } from 'preact/hooks'
import { useChat } from '../use-chat.ts'
import { translation } from '../translation/language.ts'
import { Copy } from './copy.tsx'

/** Ways to invite others: a link, a QR code, and curl commands. */
export function Share(): VNode {
  const { api } = useChat()
  const [code, setCode] = useState<string[]>()
  const { share, copyLink, qr, showQr, curlListen, curlSpeak } = translation.value
  const link = location.origin + api.path('')
  const chat = location.origin + api.path('/chat')

  async function showCode(): Promise<void> {
    const { encode } = await import('uqr')
    setCode(encode(link, { border: 2 }).data.map(rowPath))
  }

  return (
    <section class="share">
      <h2>{share}</h2>
      <p class="link">{decodeURI(link)}</p>
      <Copy label={copyLink} text={link} />
      {code ? (
        <svg viewBox={`0 0 ${code.length} ${code.length}`} role="img" aria-label={qr} shape-rendering="crispEdges">
          <rect width="100%" height="100%" fill="#fff" />
          {code.map((path, y) => (
            <path key={y} d={path} transform={`translate(0 ${y})`} />
          ))}
        </svg>
      ) : (
        <button type="button" onClick={() => void showCode()}>
          {showQr}
        </button>
      )}
      <Copy label={curlListen} text={`curl -N '${chat}'`} />
      <Copy label={curlSpeak} text={`curl -d name=me -d message=hi '${chat}'`} />
    </section>
  )
}

/** The SVG path of the dark squares in one row of the QR code. */
function rowPath(row: boolean[]): string {
  return row.map((isDark, x) => (isDark ? `M${x} 0h1v1h-1z` : '')).join('')
}
