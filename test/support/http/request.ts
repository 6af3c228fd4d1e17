import { request as requestHttp1, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import { connect } from 'node:http2'
import type { Readable } from 'node:stream'
import { CA } from './transport.ts'

export interface Response {
  status: number
  headers: IncomingHttpHeaders
  body: Readable
  /** Ends the connection. */
  close: () => void
}

export interface Asked {
  method?: string
  headers?: Record<string, string>
  body?: string | undefined
  /** The address that the client has; that of the system's choice by default. */
  from?: string | undefined
}

/** A plain request on a connection of its own, that adds nothing: over HTTP/2 when `url` is `https`, else HTTP/1.1. */
export function request(url: string, asked: Asked = {}): Promise<Response> {
  return url.startsWith('https:') ? overHttp2(new URL(url), asked) : overHttp1(url, asked)
}

function overHttp1(url: string, { method = 'GET', headers = {}, body, from }: Asked): Promise<Response> {
  const options: RequestOptions = { method, headers, agent: false, localAddress: from }
  return new Promise((resolve, reject) => {
    const sent = requestHttp1(url, options, (response) =>
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: response,
        close: () => response.destroy(),
      }),
    )
    sent.on('error', reject).end(body)
  })
}

function overHttp2(url: URL, { method = 'GET', headers = {}, body, from }: Asked): Promise<Response> {
  return new Promise((resolve, reject) => {
    const options = { ca: CA, localAddress: from }
    const session = connect(url, options)
    const stream = session.request({ ':method': method, ':path': `${url.pathname}${url.search}`, ...headers })
    // Some close the connection before all has come.
    for (const emitter of [session, stream]) emitter.on('error', reject)
    stream.on('response', (answered) => {
      const { ':status': status = 0, ...rest } = answered
      resolve({ status, headers: rest, body: stream, close: () => session.destroy() })
    })
    stream.on('close', () => session.close())
    stream.end(body)
  })
}
