import type { Access } from '../access.ts'
import { openFetchStream } from './fetch-stream.ts'
import { frameMemory } from './frame-memory.ts'

/**
 * The access of a page in a frame. Browsers send no cookie from a frame on another site, so the page keeps its token
 * itself. It never uses the cookie, not even in a frame of the same site: then a page that frames this one cannot make
 * the reader act under the name that they hold outside of the frame.
 */
export function framedAccess(view: 'embed' | 'read'): Access & { readonly name: string | null } {
  // Read each time, because another tab may have taken, changed or given up the name.
  const taken = () => (view === 'embed' ? frameMemory.read() : null)
  const prove = (init: RequestInit): RequestInit => {
    const token = taken()?.token
    const headers = { ...(init.headers as Record<string, string>), ...(token && { Authorization: `Bearer ${token}` }) }
    return { ...init, credentials: 'omit', headers }
  }
  return {
    scope: view,
    // The stored name; the server may have ended its session since.
    name: taken()?.name ?? null,
    prove,
    openStream: (url, options) => openFetchStream(url, prove({}), options),
    keep: (given) => frameMemory.write(given),
  }
}
