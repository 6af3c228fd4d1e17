import { chmodSync, closeSync, fchmodSync, openSync } from 'node:fs'

/** Only the user who runs the server may read and write, whatever the umask is. */
const FILE_MODE = 0o600

/** Creates an empty file that only this user can read and write. Throws when the file exists. */
export function makePrivateFile(file: string): void {
  const descriptor = openSync(file, 'wx', FILE_MODE)
  // `openSync` applies the umask, and a umask of 0777 would remove all permissions.
  fchmodSync(descriptor, FILE_MODE)
  closeSync(descriptor)
}

/**
 * Removes the access of other users to a file. Ignores a file that is missing, belongs to another user, or is
 * read-only.
 */
export function makePrivate(file: string): void {
  try {
    chmodSync(file, FILE_MODE)
  } catch (error) {
    if (!['ENOENT', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
