import { useEffect, useState } from 'preact/hooks'

/** The whole seconds until `time` (milliseconds since 1970), updated as they pass; 0 after it. */
export function useSecondsUntil(time: number): number {
  const [, tick] = useState(0)
  const left = time - Date.now()
  useEffect(() => {
    if (left <= 0) return
    const timer = setTimeout(() => tick((count) => count + 1), left % 1000 || 1000)
    return () => clearTimeout(timer)
  })
  return Math.max(0, Math.ceil(left / 1000))
}
