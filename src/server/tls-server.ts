import type { EventEmitter } from 'node:events'
import type { RequestListener } from 'node:http'
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import type { Socket } from 'node:net'
import { readCertificate, type CertificateFiles } from './certificate.ts'

/** What a client may have under way on one connection; twenty tabs have a stream each, and posts beside it. */
const MOST_STREAMS = 128

/** Bytes of the headers of a request: as many as Node takes over HTTP/1.1. */
const MOST_HEADER_BYTES = 16 * 1024

/** Milliseconds that a connection may take. */
export interface TlsTimes {
  /** Until TLS is agreed upon. */
  handshakeMs: number
  /** Without a byte; more than two heartbeats, and than a long poll. */
  quietMs: number
}

const TIMES: TlsTimes = { handshakeMs: 10_000, quietMs: 2 * 60_000 }

/** Milliseconds that HTTP/1.1 keeps a connection without a request: Node's own figure, which it has not set here. */
const KEEP_ALIVE_MS = 5000

/** A server of HTTP/2 and, for who has not got that, HTTP/1.1, over TLS; it is closed as one of `node:http` is. */
export interface TlsServer extends Http2SecureServer {
  closeIdleConnections(): void
  closeAllConnections(): void
  /** Reads the certificate again, for the connections to come. Throws CertificateError, and keeps the old one. */
  renew(): void
}

/** Throws CertificateError. */
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
  // To a Koa app the requests of both are the same; and Node gives this server more of `node:http` than its types say.
  const server = createSecureServer(options, handle as unknown as Http2Listener) as TlsServer
  server.setTimeout(quietMs)
  const sockets = new Set<Socket>()
  const sessions = new Set<ServerHttp2Session>()
  server.on('connection', (socket: Socket) => remember(sockets, socket))
  server.on('session', (session) => remember(sessions, session))
  // HTTP/2 would wait for the client to end the connection too.
  server.on('secureConnection', (socket) => socket.once('finish', () => socket.destroy()))
  const stopListening = server.close.bind(server)

  return Object.assign(server, {
    keepAliveTimeout: KEEP_ALIVE_MS,
    close() {
      stopListening()
      // No new request from here on, on a connection that is still on its way neither; what is under way goes on.
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
