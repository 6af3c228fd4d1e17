import type { Taken } from '../access.ts'

const KEY = 'teahouse.frame'
const COOKIE_ATTRIBUTES = '; path=/; Secure; SameSite=None; Partitioned; max-age='
const YEAR_S = 365 * 24 * 60 * 60

/** What could not be kept; it lasts as long as the page. */
let unkept: Taken | null = null

/**
 * What a frame remembers within the site that it is in: in its storage, which browsers keep apart for each site; where
 * they refuse that to a frame, in a cookie that asks to be kept apart, which only this script reads; where that is
 * refused too, until it is closed.
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
    // There is no room left.
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
