/** Export and import for whoever is signed in on this phone. */
import { account } from '@/core/account'
import { chinaDate } from '@/core/clock'
import { session } from '@/core/session'
import { exportFrom, importInto, type RescueResult } from './file'

export type { RescueResult } from './file'

/** All unsent items, their photos and the drafts of the open account. */
export async function exportUnsent(): Promise<File> {
  const { db, personId } = account()
  const now = Date.now()
  const blob = await exportFrom(db, { id: personId, name: session.get().me?.name ?? '' }, now)
  return new File([blob], `safegrid-${chinaDate(now)}.json`, { type: 'application/json' })
}

/** Takes a file of the same person in; what is here already stays as it is. */
export function importUnsent(file: Blob): Promise<RescueResult> {
  const { db, personId } = account()
  return importInto(db, personId, file, Date.now())
}
