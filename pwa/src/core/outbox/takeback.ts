/** 撤回, 修改, 放弃: what a person may take out of the line, each in one transaction. */
import type { GridDb } from '@/core/db'
import type { Draft, OutboxItem, VisitAnswer, VisitDraft } from '@/core/types'
import { findingsOf } from './compose'
import { disown, neverComes, rewrittenWithout } from './disown'
import { isRoot } from './queue'

function inOne<T>(db: GridDb, work: () => Promise<T>): Promise<T> {
  return db.transaction('rw', [db.outbox, db.drafts, db.photos, db.bytes, db.thumbs, db.receipts, db.meta], work)
}

/** Back to a draft if nothing of the tap has been on the wire. */
export function withdraw(db: GridDb, draftId: string): Promise<Draft | null> {
  return inOne(db, async () => {
    const [first] = await db.outbox.where('draftId').equals(draftId).sortBy('seq')
    const draft = first?.draft
    if (!draft || draft.id !== draftId) return null
    const tap = await tapOf(db, draft)
    if (tap.items.some((item) => item.attempts > 0)) return null
    await backToDraft(db, tap)
    return tap.draft
  })
}

/** What comes out of the line, and the draft that it becomes. */
interface Tap {
  items: OutboxItem[]
  draft: Draft
}

/** What one tap has put in line; a visit brings those of its findings of which nothing has been on the wire. */
async function tapOf(db: GridDb, draft: Draft): Promise<Tap> {
  const items = await db.outbox.where('draftId').equals(draft.id).sortBy('seq')
  if (draft.kind !== 'visit') return { items, draft }
  const found = await untouched(db, findingsOf(draft).map((finding) => finding.id))
  return { items: [...items, ...found], draft: marked(draft, found) }
}

/** All rows of those whose report waits in line, with nothing tried and nothing accepted. */
async function untouched(db: GridDb, findingIds: string[]): Promise<OutboxItem[]> {
  const [items, accepted] = await Promise.all([
    db.outbox.where('draftId').anyOf(findingIds).sortBy('seq'),
    db.receipts.where('itemId').anyOf(findingIds).primaryKeys(),
  ])
  const gone = new Set([...accepted, ...items.filter((item) => item.attempts > 0).map((item) => item.draftId)])
  const waiting = new Set(items.flatMap((item) => (item.draft?.id === item.draftId ? [item.draftId] : [])))
  return items.filter((item) => waiting.has(item.draftId) && !gone.has(item.draftId))
}

/**
 * Each finding as it waited in line, which is not as the visit remembers it if it was changed by itself since.
 * What does not come back has gone its own way: nothing more can be said of it here.
 */
function marked(draft: VisitDraft, found: OutboxItem[]): VisitDraft {
  const waiting = new Map(found.flatMap(({ draft: own }) => (own?.kind === 'report' ? [[own.id, own] as const] : [])))
  const answers = draft.answers.map(({ isHandedIn: _before, ...one }): VisitAnswer => {
    if (one.answer !== 'issue' || !one.finding || one.isDiscarded) return one
    const finding = waiting.get(one.finding.id)
    return finding ? { ...one, finding } : { ...one, isHandedIn: true }
  })
  return { ...draft, answers, photoIds: [...waiting.values()].flatMap((own) => own.photoIds) }
}

/** The refused item, and what belongs to it from the same tap, become a draft again. */
export function edit(db: GridDb, seq: number, newId: () => string): Promise<Draft | null> {
  return inOne(db, async () => {
    const item = await db.outbox.get(seq)
    if (!item?.draft || (!item.isRefused && item.attempts > 0)) return null
    const isVisit = item.draft.kind === 'visit'
    const { items, draft } = isVisit ? await tapOf(db, item.draft) : { items: await followers(db, item), draft: item.draft }
    const again = item.problem?.code === 'same_id_other_content' ? renamed(draft, newId) : draft
    await backToDraft(db, { items, draft: again })
    return again
  })
}

/** Gone from this phone: the item, the steps behind it, its photos. The page has asked twice. */
export async function discard(db: GridDb, seq: number): Promise<OutboxItem[]> {
  const asked = await db.outbox.get(seq)
  if (!asked) return []
  const rewritten = await rewrittenWithout(db, asked.itemId)
  return inOne(db, async () => {
    const item = await db.outbox.get(seq)
    if (!item) return []
    if (neverComes(item)) await disown(db, item.itemId, rewritten)
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
  return isRoot(item) ? db.outbox.where('hazardId').equals(item.hazardId).toArray() : followers(db, item)
}

/** The item and everything of the same tap that came after it, photos included. */
async function followers(db: GridDb, item: OutboxItem): Promise<OutboxItem[]> {
  const items = await db.outbox.where('draftId').equals(item.draftId).sortBy('seq')
  return items.filter((each) => each.seq >= item.seq)
}

/** A photo whose own row stays in line is not the draft's to give away. */
async function backToDraft(db: GridDb, { items, draft }: Tap): Promise<void> {
  const photoIds = items.filter((item) => item.kind === 'photo').map((item) => item.itemId)
  await db.outbox.bulkDelete(items.map((item) => item.seq))
  await db.drafts.put(draft)
  await db.photos.where('id').anyOf(photoIds).and((row) => row.state === 'queued').modify({ state: 'kept' })
}

/** What belongs to something that has an id already. */
const HANGS_ON: readonly Draft['kind'][] = ['action', 'collect', 'feedback']

/** The server keeps the stranger under the old id; the new version goes under a new one. */
function renamed(draft: Draft, newId: () => string): Draft {
  const id = newId()
  const staysThere = HANGS_ON.includes(draft.kind) || (draft.kind === 'accident' && draft.id !== draft.hazardId)
  return staysThere ? { ...draft, id } : { ...draft, id, hazardId: id }
}
