/** Findings thrown away here, until the server has heard that no case will come of them: a visit that names one may be there already. */
import type { GridDb } from '@/core/db'

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
  await db.transaction('rw', db.meta, db.outbox, async () => {
    const bodies = await db.outbox.filter(({ kind }) => kind === 'visit').toArray()
    const left = (await discarded(db)).filter((id) => !told.includes(id) || bodies.some(({ body }) => body?.includes(id)))
    await db.meta.put({ key: KEY, value: left })
  })
}
