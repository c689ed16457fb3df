/** 撤回, 修改, 放弃: what a person may take out of the line, each in one transaction. */
import type { GridDb } from '@/core/db'
import type { Draft, OutboxItem } from '@/core/types'
import { findingsOf } from './compose'

function inOne<T>(db: GridDb, work: () => Promise<T>): Promise<T> {
  return db.transaction('rw', [db.outbox, db.drafts, db.photos, db.bytes, db.thumbs, db.receipts], work)
}

/** Back to a draft if nothing of the tap has been on the wire. */
export function withdraw(db: GridDb, draftId: string): Promise<Draft | null> {
  return inOne(db, async () => {
    const [first] = await db.outbox.where('draftId').equals(draftId).sortBy('seq')
    const draft = first?.draft
    if (!draft || draft.id !== draftId) return null
    const items = await tapOf(db, draft)
    if (items.some((item) => item.attempts > 0)) return null
    await backToDraft(db, items, draft)
    return draft
  })
}

/**
 * What one tap has put in line. A visit brings its findings, each a draft of its own, while nothing of all
 * this has been on the wire; after that each goes its own way, photos included.
 */
async function tapOf(db: GridDb, draft: Draft): Promise<OutboxItem[]> {
  const found = draft.kind === 'visit' ? findingsOf(draft).map((finding) => finding.id) : []
  const items = await db.outbox.where('draftId').anyOf([draft.id, ...found]).sortBy('seq')
  const isUntouched = items.every((item) => item.attempts === 0) && !(await db.receipts.where('itemId').anyOf(found).count())
  return isUntouched ? items : items.filter((item) => item.draftId === draft.id)
}

/** The refused item, and what belongs to it from the same tap, become a draft again. */
export function edit(db: GridDb, seq: number, newId: () => string): Promise<Draft | null> {
  return inOne(db, async () => {
    const item = await db.outbox.get(seq)
    if (!item?.draft || (!item.isRefused && item.attempts > 0)) return null
    const draft = item.problem?.code === 'same_id_other_content' ? renamed(item.draft, newId) : item.draft
    await backToDraft(db, item.draft.kind === 'visit' ? await tapOf(db, item.draft) : await followers(db, item), draft)
    return draft
  })
}

/** Gone from this phone: the item, the steps behind it, its photos. The page has asked twice. */
export function discard(db: GridDb, seq: number): Promise<OutboxItem[]> {
  return inOne(db, async () => {
    const item = await db.outbox.get(seq)
    if (!item) return []
    const doomed = await doomedWith(db, item)
    const photoIds = doomed.filter((each) => each.kind === 'photo').map((each) => each.itemId)
    await db.outbox.bulkDelete(doomed.map((each) => each.seq))
    await Promise.all([db.photos, db.bytes, db.thumbs].map((table) => table.bulkDelete(photoIds)))
    return doomed
  })
}

/** Without its report no step of the case makes sense; a step takes its own photos; a photo only itself. */
async function doomedWith(db: GridDb, item: OutboxItem): Promise<OutboxItem[]> {
  if (item.kind === 'photo') return [item]
  return item.kind === 'hazard' ? db.outbox.where('hazardId').equals(item.hazardId).toArray() : followers(db, item)
}

/** The item and everything of the same tap that came after it, photos included. */
async function followers(db: GridDb, item: OutboxItem): Promise<OutboxItem[]> {
  const items = await db.outbox.where('draftId').equals(item.draftId).sortBy('seq')
  return items.filter((each) => each.seq >= item.seq)
}

/** A photo whose own row stays in line is not the draft's to give away. */
async function backToDraft(db: GridDb, items: OutboxItem[], draft: Draft): Promise<void> {
  const photoIds = items.filter((item) => item.kind === 'photo').map((item) => item.itemId)
  await db.outbox.bulkDelete(items.map((item) => item.seq))
  await db.drafts.put(draft)
  await db.photos.where('id').anyOf(photoIds).and((row) => row.state === 'queued').modify({ state: 'kept' })
}

/** The server keeps the stranger under the old id; the new version goes under a new one. */
function renamed(draft: Draft, newId: () => string): Draft {
  const id = newId()
  return draft.kind === 'action' ? { ...draft, id } : { ...draft, id, hazardId: id }
}
