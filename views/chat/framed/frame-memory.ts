import type { Taken } from '../access.ts'

const KEY = 'teahouse.frame'
const COOKIE_ATTRIBUTES = '; path=/; Secure; SameSite=None; Partitioned; max-age='
const YEAR_S = 365 * 24 * 60 * 60

/**
 * What a frame remembers within the site that it is in: in its storage, which browsers keep apart for each site; where
 * they refuse that to a frame, in a cookie that asks to be kept apart, which only this script reads. Where that is
 * refused too, nothing.
 */
export const frameMemory = {
  read(): Taken | null {
    try {
      const text = storage()?.getItem(KEY) ?? cookie()
      return text ? (JSON.parse(text) as Taken) : null
    } catch {
      return null
    }
  },

  write(taken: Taken | null): void {
    const text = taken ? JSON.stringify(taken) : ''
    const kept = storage()
    if (kept) kept.setItem(KEY, text)
    else document.cookie = `${KEY}=${encodeURIComponent(text)}${COOKIE_ATTRIBUTES}${taken ? YEAR_S : 0}`
  },
}

function storage(): Storage | undefined {
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
