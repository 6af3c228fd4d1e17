import type { Access, Taken } from './access.ts'
import type { Accepted, ChatMessage, History, Missed, Roster } from './protocol.ts'

/** Why a request failed. Status 0: no answer came, or an invalid one; the server may have done what was asked. */
export interface Refused {
  ok: false
  status: number
  code: string
  /** A sentence to show to the reader, if the server sent one. */
  msg: string | undefined
  retryAfterMs: number | undefined
}

export type Answer<T> = { ok: true; value: T } | Refused

interface Request {
  body?: object
  timeoutMs?: number
  signal?: AbortSignal
}

/** A room in the answer of GET /rooms. */
export interface ListedRoom {
  room: string
  count: number
  head: string
}

const TIMEOUT_MS = 10_000

/** Requests to the server about one room. No method throws: a failure is returned as an answer with `ok: false`. */
export class Api {
  readonly #room: string
  readonly #language: () => string
  readonly #access: Access

  constructor(room: string, language: () => string, access: Access) {
    this.#room = room
    this.#language = language
    this.#access = access
  }

  /** The address of a resource of this room. */
  path(resource: string): string {
    return `/rooms/${encodeURIComponent(this.#room)}${resource}`
  }

  async say(message: string, key: string): Promise<Answer<Accepted>> {
    const answer = await this.#request<Accepted>('POST', this.path('/chat'), { body: { message, key } })
    // The sign-in page of a network (captive portal) answers 200 to every request.
    return answer.ok && typeof answer.value?.id !== 'string' ? garbage(0) : answer
  }

  edit(id: string, message: string): Promise<Answer<ChatMessage>> {
    return this.#request('PATCH', this.path(`/messages/${id}`), { body: { message } })
  }

  remove(id: string): Promise<Answer<undefined>> {
    return this.#request('DELETE', this.path(`/messages/${id}`))
  }

  history(before?: string): Promise<Answer<History>> {
    return this.#request('GET', this.path(before ? `/messages?limit=200&before=${before}` : '/messages?limit=50'))
  }

  /** A long poll: the entries after `id`; if there are none yet, the server waits up to `waitSeconds` for one. */
  missed(id: string, waitSeconds: number, signal?: AbortSignal): Promise<Answer<Missed>> {
    const timeoutMs = TIMEOUT_MS + waitSeconds * 1000
    const request = signal ? { timeoutMs, signal } : { timeoutMs }
    return this.#request('GET', this.path(`/messages?after=${id}&wait=${waitSeconds}`), request)
  }

  users(): Promise<Answer<Roster>> {
    return this.#request('GET', this.path('/users'))
  }

  typing(): Promise<Answer<undefined>> {
    return this.#request('POST', this.path('/typing'))
  }

  rooms(): Promise<Answer<{ rooms: ListedRoom[] }>> {
    return this.#request('GET', '/rooms')
  }

  takeName(name: string): Promise<Answer<Taken>> {
    return this.#request('POST', '/addUser', { body: { name, room: this.#room } })
  }

  me(): Promise<Answer<{ name: string }>> {
    return this.#request('GET', '/me')
  }

  giveUpName(): Promise<Answer<undefined>> {
    return this.#request('DELETE', '/me')
  }

  async #request<T>(method: string, path: string, { body, timeoutMs, signal }: Request = {}): Promise<Answer<T>> {
    const timeout = new AbortController()
    const timer = setTimeout(() => timeout.abort(), timeoutMs ?? TIMEOUT_MS)
    signal?.addEventListener('abort', () => timeout.abort())
    try {
      const init = {
        method,
        headers: { 'Accept-Language': this.#language(), Accept: 'application/json', ...(body && JSON_TYPE) },
        signal: timeout.signal,
        ...(body && { body: JSON.stringify(body) }),
      }
      const response = await fetch(path, this.#access.prove(init))
      return await parse<T>(response)
    } catch {
      return refused(0, timeout.signal.aborted ? 'timeout' : 'offline')
    } finally {
      clearTimeout(timer)
    }
  }
}

const JSON_TYPE = { 'Content-Type': 'application/json' }

async function parse<T>(response: Response): Promise<Answer<T>> {
  const { status, headers } = response
  const text = await response.text()
  let json: unknown
  try {
    json = text === '' ? undefined : JSON.parse(text)
  } catch {
    return garbage(response.ok ? 0 : status, retryAfter(headers))
  }
  if (response.ok) return { ok: true, value: json as T }
  const { code, msg } = (json ?? {}) as { code?: string; msg?: string }
  return refused(status, code ?? 'garbage', msg, retryAfter(headers))
}

function retryAfter(headers: Headers): number | undefined {
  const seconds = Number(headers.get('Retry-After') ?? NaN)
  return Number.isFinite(seconds) ? Math.max(0, seconds) * 1000 : undefined
}

function garbage(status: number, retryAfterMs?: number): Refused {
  return refused(status, 'garbage', undefined, retryAfterMs)
}

function refused(status: number, code: string, msg?: string, retryAfterMs?: number): Refused {
  return { ok: false, status, code, msg, retryAfterMs }
}
