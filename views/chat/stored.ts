/** The stored value; undefined if there is none or the browser forbids storage. */
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
    // The storage is forbidden or full; the page works without it.
  }
}

/** Values that all tabs of this browser share (localStorage). */
export const remembered = {
  read: (key: string): unknown => read(() => localStorage, key),
  write: (key: string, value: unknown): void => write(() => localStorage, key, value),
}

/** Values of this tab, which survive a reload (sessionStorage). */
export const kept = {
  read: (key: string): unknown => read(() => sessionStorage, key),
  write: (key: string, value: unknown): void => write(() => sessionStorage, key, value),
}
