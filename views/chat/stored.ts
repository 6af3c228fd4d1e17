/** What a browser that forbids storage, or has none left, answers with: nothing. */
function read(storage: () => Storage, key: string): unknown {
  try {
    const text = storage().getItem(`teahouse.${key}`)
    return text === null ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function write(storage: () => Storage, key: string, value: unknown): void {
  try {
    if (value === undefined) storage().removeItem(`teahouse.${key}`)
    else storage().setItem(`teahouse.${key}`, JSON.stringify(value))
  } catch {
    // The page works without a memory.
  }
}

/** What this browser remembers, for all its tabs. */
export const remembered = {
  read: (key: string): unknown => read(() => localStorage, key),
  write: (key: string, value: unknown): void => write(() => localStorage, key, value),
}

/** What this tab remembers: it survives a reload. */
export const kept = {
  read: (key: string): unknown => read(() => sessionStorage, key),
  write: (key: string, value: unknown): void => write(() => sessionStorage, key, value),
}
