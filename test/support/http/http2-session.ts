import { once } from 'node:events'
import { connect, type ClientHttp2Session, type ClientHttp2Stream } from 'node:http2'
import { CA } from './transport.ts'

/** Bytes that may be under way on one connection: as in a browser, more than one tab that does not read leaves. */
const WINDOW_BYTES = 4 * 1024 * 1024

/** One connection of HTTP/2, as all tabs of a browser share it. */
export async function openSession(url: string): Promise<ClientHttp2Session> {
  const session = connect(url, { ca: CA })
  session.on('error', () => {})
  await once(session, 'remoteSettings')
  session.setLocalWindowSize(WINDOW_BYTES)
  return session
}

/** A stream that one tab listens to. */
export interface Tab {
  stream: ClientHttp2Stream
  text: string
}

export function openTab(session: ClientHttp2Session, path: string): Tab {
  const stream = session.request({ ':path': path })
  const tab: Tab = { stream, text: '' }
  stream.on('error', () => {})
  stream.setEncoding('utf8').on('data', (text: string) => (tab.text += text))
  return tab
}
