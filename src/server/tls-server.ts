import type { EventEmitter } from 'node:events'
import type { RequestListener } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { readCertificate, type CertificateFiles } from './certificate.ts'

/** Concurrent HTTP/2 streams of one connection: enough for twenty tabs, each with an event stream and some posts. */
const MOST_STREAMS = 128

/** Bytes of the headers of a request: Node's default for HTTP/1.1. */
const MOST_HEADER_BYTES = 16 * 1024

/** Timeouts of a connection, in milliseconds. */
export interface TlsTimes {
  /** For the TLS handshake. */
  handshakeMs: number
  /** Without traffic. Must be longer than two heartbeats, and than a long poll. */
  quietMs: number
}

const TIMES: TlsTimes = { handshakeMs: 10_000, quietMs: 2 * 60_000 }

/** Keep-alive timeout of HTTP/1.1, in milliseconds: Node's default, which Node does not set on this kind of server. */
const KEEP_ALIVE_MS = 5000

/** Serves HTTP/2 and HTTP/1.1 over TLS, with the closing methods of a `node:http` server. */
export interface TlsServer extends Http2SecureServer {
  closeIdleConnections(): void
  closeAllConnections(): void
  /** Reads the certificate again, for new connections. Throws CertificateError, and then keeps the old one. */
  renew(): void
}

/** Makes a server that does not listen yet. Throws CertificateError. */
export function createTlsServer(
  files: CertificateFiles,
  handle: RequestListener,
  { handshakeMs, quietMs }: TlsTimes = TIMES,
): TlsServer {
  const options = {
    ...readCertificate(files),
    allowHTTP1: true,
    handshakeTimeout: handshakeMs,
    settings: { maxConcurrentStreams: MOST_STREAMS, maxHeaderListSize: MOST_HEADER_BYTES },
  }
  // Koa handles requests of both versions alike, and this server has more methods of `node:http` than its types
  // declare.
  const server = createSecureServer(options, handle as unknown as Http2Listener) as TlsServer
  server.setTimeout(quietMs)
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  server.on('connection', (socket: Socket) => remember(sockets, socket))
  server.on('session', (session) => remember(sessions, session))
  // After the server has ended an HTTP/2 connection, Node would wait for the client to end it too.
  server.on('secureConnection', (socket) => socket.once('finish', () => socket.destroy()))
  const stopListening = server.close.bind(server)

  return Object.assign(server, {
    keepAliveTimeout: KEEP_ALIVE_MS,
    close() {
      stopListening()
      // Refuse new requests, on connections that are still being set up too; requests in progress continue.
      for (const session of sessions) session.close()
      return server.on('session', (session) => session.close())
    },
    closeAllConnections() {
      for (const socket of sockets) socket.destroy()
    },
    renew: () => server.setSecureContext(readCertificate(files)),
  })
}

type Http2Listener = Parameters<typeof createSecureServer>[1]

function remember<Closing extends EventEmitter>(open: Set<Closing>, opened: Closing): void {
  open.add(opened)
  opened.once('close', () => open.delete(opened))
}
