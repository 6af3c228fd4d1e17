import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { Agent, install, setGlobalDispatcher } from 'undici'
import { makeCertificate, writeCertificate, type TestCertificate } from './certificate.ts'

/** Whether the tests speak HTTP/2 over TLS, and HTTP/1.1 over TLS where they write it by hand; else plain HTTP/1.1. */
export const IS_HTTP2 = process.env.TEST_TRANSPORT === 'h2'

const certificate = makeCertificate()
/** Whom the clients of the tests trust: the certificate of the servers of the tests. */
export const CA = certificate.cert

let files: TestCertificate | undefined

/** The files of the certificate of the servers of the tests. */
export function certificateFiles(): TestCertificate {
  return (files ??= writeCertificate(certificate))
}

/** What a server of the tests serves TLS with, if it does. */
export function transportTls(): TestCertificate | undefined {
  return IS_HTTP2 ? certificateFiles() : undefined
}

if (IS_HTTP2) {
  // Node's own fetch has no HTTP/2.
  setGlobalDispatcher(new Agent({ allowH2: true, connect: { ca: CA } }))
  install()
}

/** A connection to the server at `url` on which HTTP/1.1 is spoken, over TLS if that is `https`. */
export function connectTo(url: string): Socket {
  const { hostname, port, protocol } = new URL(url)
  const tcp = connectTcp(Number(port), hostname)
  if (protocol === 'http:') return tcp
  const tls = connectTls({ socket: tcp, ca: CA, ALPNProtocols: ['http/1.1'], servername: '' })
  // TLS has no reset of its own.
  return Object.assign(tls, { resetAndDestroy: () => tcp.resetAndDestroy() })
}
