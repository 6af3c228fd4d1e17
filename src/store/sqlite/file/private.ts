import { chmodSync, closeSync, fchmodSync, openSync } from 'node:fs'

/** For the user of the server alone, whatever the umask is. */
const FILE_MODE = 0o600

/** Makes an empty file for this user alone. Throws when there is one. */
export function makePrivateFile(file: string): void {
  const descriptor = openSync(file, 'wx', FILE_MODE)
  // A umask of 0777 would take the mode away.
  fchmodSync(descriptor, FILE_MODE)
  closeSync(descriptor)
}

/** Takes a file of ours away from other users of the machine; a file that is missing, or another user's, stays as it is. */
export function makePrivate(file: string): void {
  try {
    chmodSync(file, FILE_MODE)
  } catch (error) {
    if (!['ENOENT', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}
