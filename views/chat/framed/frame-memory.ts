import type { Taken } from '../access.ts'

const KEY = 'teahouse.frame'
const COOKIE_ATTRIBUTES = '; path=/; Secure; SameSite=None; Partitioned; max-age='
const YEAR_S = 365 * 24 * 60 * 60

/** The name, if the browser lets the frame store nothing. It is lost when the page closes. */
let unkept: Taken | null = null

/**
 * Remembers the name of a framed page, separately for each site that embeds it. It uses localStorage, which browsers
 * partition by embedding site; if a frame may not use that, a partitioned cookie that only this script reads; if the
 * browser refuses the cookie too, a variable.
 */
export const frameMemory = {
  read(): Taken | null {
    return kept() ?? unkept
  },

  write(taken: Taken | null): void {
    keep(taken ? JSON.stringify(taken) : '')
    unkept = kept() ? null : taken
  },
}

function kept(): Taken | null {
  try {
    const storage = storageOfFrame()
    const text = storage ? storage.getItem(KEY) : cookie()
    return text ? (JSON.parse(text) as Taken) : null
  } catch {
    return null
  }
}

function keep(text: string): void {
  try {
    const storage = storageOfFrame()
    if (storage) storage.setItem(KEY, text)
    else document.cookie = `${KEY}=${encodeURIComponent(text)}${COOKIE_ATTRIBUTES}${text === '' ? 0 : YEAR_S}`
  } catch {
    // The storage is full.
  }
}

function storageOfFrame(): Storage | undefined {
  try {
    return localStorage
  } catch {
    return undefined
  }
}

function cookie(): string | undefined {
  const pair = document.cookie.split('; ').find((text) => text.startsWith(`${KEY}=`))
  return pair && decodeURIComponent(pair.slice(KEY.length + 1))
}
