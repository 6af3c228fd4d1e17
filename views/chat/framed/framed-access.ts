import type { Access } from '../access.ts'
import { openFetchStream } from './fetch-stream.ts'
import { frameMemory } from './frame-memory.ts'

/**
 * The page in a frame, where browsers send no cookie from: it holds the token of its name itself. It never uses the
 * cookie, not even where it would come along: nobody who frames the page gets at the name that its reader has here.
 */
export function framedAccess(view: 'embed' | 'read'): Access & { readonly name: string | null } {
  // Asked every time: another tab may have taken it, or another.
  const taken = () => (view === 'embed' ? frameMemory.read() : null)
  const prove = (init: RequestInit): RequestInit => {
    const token = taken()?.token
    const headers = { ...(init.headers as Record<string, string>), ...(token && { Authorization: `Bearer ${token}` }) }
    return { ...init, credentials: 'omit', headers }
  }
  return {
    scope: view,
    // As it was when it was taken.
    name: taken()?.name ?? null,
    prove,
    openStream: (url, options) => openFetchStream(url, prove({}), options),
    keep: (given) => frameMemory.write(given),
  }
}
