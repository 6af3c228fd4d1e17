/** Rooms of several kinds: the lobby at the root, one of another script, one where little is said, one of long texts. */
export const ROOMS = ['lobby', '茶', 'quiet', 'heavy'] as const

/** Where most is said. */
export const BUSY_ROOMS = ['lobby', '茶'] as const

/** The path of a room's resource. */
export function pathOf(room: string, resource: string): string {
  return room === 'lobby' ? `/${resource}` : `/rooms/${encodeURIComponent(room)}/${resource}`
}
