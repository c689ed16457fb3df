/** What can go wrong on the phone itself. `code` names the sentence: `error.<code>` in the words. */
export type CoreErrorCode =
  | 'storage_full'
  | 'photo_damaged'
  | 'not_an_image'
  | 'photo_gone'
  | 'storage_lost'
  | 'unreachable'
  | 'unknown'

export class CoreError extends Error {
  constructor(
    readonly code: CoreErrorCode,
    options?: ErrorOptions,
  ) {
    super(code, options)
    this.name = 'CoreError'
  }
}

const BY_NAME: Record<string, CoreErrorCode> = {
  QuotaExceededError: 'storage_full',
  UnknownError: 'storage_lost',
  DatabaseClosedError: 'storage_lost',
  InvalidStateError: 'storage_lost',
}

/** Dexie wraps the browser's error in `inner`; both names count. */
export function coreError(error: unknown): CoreError {
  if (error instanceof CoreError) return error
  const name = nameOf(error)
  const inner = nameOf((error as { inner?: unknown } | null)?.inner)
  return new CoreError(BY_NAME[inner] ?? BY_NAME[name] ?? 'unknown', { cause: error })
}

function nameOf(error: unknown): string {
  return String((error as { name?: unknown } | null)?.name ?? '')
}
