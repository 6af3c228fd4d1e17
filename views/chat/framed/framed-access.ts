import type { Access, Taken } from '../access.ts'
import { openFetchStream } from './fetch-stream.ts'
import { frameMemory } from './frame-memory.ts'

/**
 * The page in a frame, where browsers send no cookie from: it holds the token of its name itself. It never uses the
 * cookie, not even where it would come along: nobody who frames the page gets at the name that its reader has here.
 */
export function framedAccess(view: 'embed' | 'read'): Access & { readonly name: string | null } {
  let taken: Taken | null = view === 'embed' ? frameMemory.read() : null
  const prove = (init: RequestInit): RequestInit => ({
    ...init,
    credentials: 'omit',
    headers: { ...(init.headers as Record<string, string>), ...(taken && { Authorization: `Bearer ${taken.token}` }) },
  })
  return {
    scope: view,
    // As it was when it was taken.
    name: taken && taken.name,
    prove,
    openStream: (url, options) => openFetchStream(url, prove({}), options),
    keep(given) {
      taken = given
      frameMemory.write(given)
    },
  }
}
