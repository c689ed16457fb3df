/** Findings thrown away here, until the server has heard that no case will come of them: a visit that names one may be there already. */
import type { GridDb } from '@/core/db'
import { coreError } from '@/core/errors'

const KEY = 'discarded'
/** What the contract takes in one question; of more the oldest are given up. */
const MOST = 500

export async function discarded(db: GridDb): Promise<string[]> {
  return ((await db.meta.get(KEY))?.value as string[] | undefined) ?? []
}

/** In the caller's transaction. */
export async function noteDiscarded(db: GridDb, id: string): Promise<void> {
  const all = new Set(await discarded(db))
  await db.meta.put({ key: KEY, value: [...all.add(id)].slice(-MOST) })
}

/** After the server has answered. What a visit in line still names is told again once that has arrived. */
export async function settleDiscarded(db: GridDb, told: readonly string[]): Promise<void> {
  if (told.length === 0) return
  try {
    await db.transaction('rw', db.meta, db.outbox, () => forget(db, told))
  } catch (error) {
    // A full phone tells it once more the next time; what it holds must leave all the same.
    if (coreError(error).code !== 'storage_full') throw error
  }
}

async function forget(db: GridDb, told: readonly string[]): Promise<void> {
  const bodies = await db.outbox.filter(({ kind }) => kind === 'visit').toArray()
  const all = await discarded(db)
  const left = all.filter((id) => !told.includes(id) || bodies.some(({ body }) => body?.includes(id)))
  if (left.length === 0) await db.meta.delete(KEY)
  else if (left.length < all.length) await db.meta.put({ key: KEY, value: left })
}
