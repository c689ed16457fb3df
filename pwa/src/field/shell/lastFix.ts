import { account } from '@/core/account'
import type { Fix } from '@/core/types'

/** The last place, for the order of the list alone: on this phone, overwritten, never sent. */
const KEY = 'patrol.last_fix'

export async function lastFix(): Promise<Fix | null> {
  const row = await account().db.meta.get(KEY).catch(() => undefined)
  return (row?.value as Fix | undefined) ?? null
}

export async function rememberFix(value: Fix): Promise<void> {
  await account()
    .db.meta.put({ key: KEY, value: { ...value } })
    .catch(() => undefined)
}
