/** What the file system says, as failures a person can read. */
import { AppFailure, type FailureCode } from '../../shared/failure.ts'

/** The `code` of a Node error (`ENOENT`, ...), or null. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null
}

/** What says something of one recording only: the next one may work. */
export const OF_ONE_RECORDING: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'recording-deleted',
  'recording-missing',
  'recording-unreadable',
  'recording-empty',
  'recording-no-media',
  'recording-broken',
  'recording-format',
])

/** A file system's error about one recording: gone, or not readable. Anything else stays what it is. */
export function fileFailure(error: unknown): unknown {
  if (error instanceof AppFailure) return error
  const codes: Partial<Record<string, FailureCode>> = {
    ENOENT: 'recording-missing',
    ENOTDIR: 'recording-missing',
    ESTALE: 'recording-missing',
    ELOOP: 'recording-missing',
    EISDIR: 'recording-broken',
    EACCES: 'folder-unreadable',
    EPERM: 'folder-unreadable',
    EIO: 'folder-unreadable',
  }
  const code = codes[errorCode(error) ?? '']
  return code === undefined ? error : new AppFailure(code, { cause: error })
}
