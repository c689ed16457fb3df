/** A finding that is thrown away by itself: no visit that waits may go on pointing to a case that will never come. */
import type { MakeVisit } from '@/contract'
import type { GridDb } from '@/core/db'
import { sha256Hex } from '@/core/hash'
import type { Draft, OutboxItem, VisitAnswer, VisitDraft } from '@/core/types'
import { noteDiscarded } from './discarded'

/** What a row of the outbox becomes, and the text that it must still have then. */
export interface Rewritten {
  was: string
  part: Pick<OutboxItem, 'body' | 'sha256' | 'size'>
}

/** By seq. To be called before the transaction, which hashing would end. */
export async function rewrittenWithout(db: GridDb, findingId: string): Promise<Map<number, Rewritten>> {
  const visits = (await db.outbox.toArray()).filter((item) => names(item.draft, findingId))
  const rows = await Promise.all(visits.map(async ({ seq, body }) => [seq, await rewrite(body ?? '', findingId)] as const))
  return new Map(rows)
}

async function rewrite(was: string, findingId: string): Promise<Rewritten> {
  const said = JSON.parse(was) as MakeVisit
  const answers = said.answers?.map((one) => (one.hazard_id === findingId ? { ...one, hazard_id: null, is_discarded: true } : one))
  const body = JSON.stringify({ ...said, answers })
  return { was, part: { body, sha256: await sha256Hex(body), size: new TextEncoder().encode(body).length } }
}

/** In the caller's transaction, which has `meta` too. */
export async function disown(db: GridDb, findingId: string, rewritten: ReadonlyMap<number, Rewritten>): Promise<void> {
  await noteDiscarded(db, findingId)
  for (const item of await db.outbox.toArray()) {
    if (!names(item.draft, findingId)) continue
    await db.outbox.put({ ...item, ...newText(item, rewritten.get(item.seq)), draft: without(item.draft, findingId) })
  }
  for (const draft of await db.drafts.toArray()) {
    if (names(draft, findingId)) await db.drafts.put(without(draft, findingId))
  }
}

/** What may have arrived keeps its text: under its id the server knows no other. */
function newText({ attempts, isRefused, body }: OutboxItem, text?: Rewritten): Partial<OutboxItem> {
  return (attempts === 0 || isRefused) && text?.was === body ? text.part : {}
}

/** Nothing of it can have become a case: never tried, or turned away for what it says itself. */
export function neverComes({ kind, attempts, isRefused, problem }: OutboxItem): boolean {
  return kind === 'hazard' && (attempts === 0 || (isRefused && problem?.code !== 'same_id_other_content'))
}

const isOf = (findingId: string) => (one: VisitAnswer): boolean => one.answer === 'issue' && one.finding?.id === findingId

function names(draft: Draft | null, findingId: string): draft is VisitDraft {
  return draft?.kind === 'visit' && draft.answers.some(isOf(findingId))
}

function without(draft: VisitDraft, findingId: string): VisitDraft {
  const gone = new Set(draft.answers.filter(isOf(findingId)).flatMap((one) => one.finding?.photoIds ?? []))
  const answers = draft.answers.map(({ isHandedIn, ...one }): VisitAnswer => {
    if (isOf(findingId)(one)) return { ...one, isDiscarded: true }
    return isHandedIn ? { ...one, isHandedIn } : one
  })
  return { ...draft, answers, photoIds: draft.photoIds.filter((id) => !gone.has(id)) }
}
