import { account } from '@/core/account'
import type { ReportFields } from '@/core/types'

/** What this person chose last, for presets: on this phone only, never sent. */
export interface Memory {
  categories: string[]
  objectId: string | null
  at: number
}

const KEY = 'report.memory'
const NOTHING: Memory = { categories: [], objectId: null, at: 0 }
const KEPT = 6

export async function readMemory(): Promise<Memory> {
  const row = await account().db.meta.get(KEY).catch(() => undefined)
  return (row?.value as Memory | undefined) ?? NOTHING
}

/** A preset that cannot be kept is no reason to stop a report. */
export async function rememberReport(fields: ReportFields): Promise<void> {
  const before = await readMemory()
  const used = [fields.category_code, ...before.categories].filter((code): code is string => Boolean(code))
  const value: Memory = {
    categories: [...new Set(used)].slice(0, KEPT),
    objectId: fields.enterprise_id ?? before.objectId,
    at: Date.now(),
  }
  await account()
    .db.meta.put({ key: KEY, value })
    .catch(() => undefined)
}
