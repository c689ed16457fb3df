/** Turns drafts into rows of the queue, kind by kind. */
import { CONTRACT, type AnswerInstruction, type CollectObject, type DelayTask, type HazardAction, type MakeAppeal, type MakeVisit, type RecordErrand, type ReportHazard, type SupplementAccident } from '@/contract'
import type { GridDb } from '@/core/db'
import type { AccidentDraft, ActionDraft, AppealDraft, CollectDraft, Draft, ErrandDraft, FeedbackDraft, PhotoRow, ReportDraft, VisitAnswer, VisitDraft } from '@/core/types'
import { type Composer, iso, jsonItem, type NewItem, photoItem, photosOf, promise } from './items'

/** A report, its photos, and the two steps of 「当场已整改」 if there was a fix. */
export async function composeReport(composer: Composer, draft: ReportDraft): Promise<NewItem[]> {
  const photos = await photosOf(composer.db, draft.photoIds)
  const isAfter = (row: PhotoRow): boolean => draft.fix !== undefined && row.role === 'after'
  const before = photos.filter((row) => !isAfter(row))
  const body: ReportHazard = {
    contract: CONTRACT,
    category_code: '',
    ...draft.fields,
    ...(draft.fix ? { escalate: false } : {}),
    photos: before.map(promise),
    occurred_at: iso(draft.occurredAt),
  }
  const lead = await jsonItem(composer, {
    kind: 'hazard',
    itemId: draft.id,
    hazardId: draft.hazardId,
    draftId: draft.id,
    path: `/api/hazards/${draft.hazardId}`,
    body,
    draft,
  })
  const own = [lead, ...before.map((row) => photoItem(composer, row, lead))]
  return draft.fix ? [...own, ...(await composeFix(composer, draft, draft.fix, photos.filter(isAfter)))] : own
}

async function composeFix(
  composer: Composer,
  report: ReportDraft,
  fix: NonNullable<ReportDraft['fix']>,
  after: PhotoRow[],
): Promise<NewItem[]> {
  const { hazardId, occurredAt, createdAt, updatedAt } = report
  const step: ActionDraft = {
    id: fix.actionId,
    kind: 'action',
    hazardId,
    action: 'fix_on_site',
    fields: { rating: fix.rating ?? null, note: fix.note ?? '', ...(fix.outcome && { outcome: fix.outcome }) },
    photoIds: after.map((row) => row.id),
    thenArchiveId: fix.archiveId,
    occurredAt,
    createdAt,
    updatedAt,
  }
  return (await composeAction(composer, step)).map((item) => ({ ...item, draftId: report.id }))
}

/** One step with its photos; `fix_on_site` brings its archiving along. */
export async function composeAction(composer: Composer, draft: ActionDraft): Promise<NewItem[]> {
  const photos = await photosOf(composer.db, draft.photoIds)
  const lead = await actionItem(composer, draft, draft.id, draft, {
    ...draft.fields,
    action: draft.action,
    photos: photos.map(promise),
  })
  const own = [lead, ...photos.map((row) => photoItem(composer, row, lead))]
  if (!draft.thenArchiveId) return own
  return [...own, await actionItem(composer, draft, draft.thenArchiveId, null, { action: 'archive' })]
}

function actionItem(
  composer: Composer,
  draft: ActionDraft,
  itemId: string,
  snapshot: Draft | null,
  step: Omit<HazardAction, 'contract' | 'occurred_at'>,
): Promise<NewItem> {
  const body: HazardAction = { contract: CONTRACT, ...step, occurred_at: iso(draft.occurredAt) }
  return jsonItem(composer, {
    kind: 'action',
    itemId,
    hazardId: draft.hazardId,
    draftId: draft.id,
    path: `/api/hazards/${draft.hazardId}/actions/${itemId}`,
    body,
    draft: snapshot,
  })
}

/**
 * The visit, then each finding as a report of its own: one that is refused takes no other along, and one that
 * is in line or has arrived (the visit was changed and is handed in again) is not said twice.
 */
export async function composeVisit(composer: Composer, draft: VisitDraft): Promise<NewItem[]> {
  const body: MakeVisit = {
    contract: CONTRACT,
    task_id: draft.taskId,
    object_id: draft.objectId,
    grid_id: draft.gridId,
    checklist_version_id: draft.versionId,
    started_at: iso(draft.createdAt),
    occurred_at: iso(draft.occurredAt),
    rest_fine: draft.restFine,
    ...(draft.asked && { asked: draft.asked }),
    answers: draft.answers.map(answered),
    note: draft.note,
    position: draft.position,
  }
  const names = { kind: 'visit' as const, itemId: draft.id, hazardId: draft.id, draftId: draft.id }
  const lead = await jsonItem(composer, { ...names, path: `/api/visits/${draft.id}`, body, draft })
  const mine = findingsOf({ ...draft, answers: draft.answers.filter((one) => !one.isHandedIn && !one.isDiscarded) })
  const said = await underWay(composer.db, mine.map((finding) => finding.id))
  const unsaid = mine.filter((finding) => !said.has(finding.id))
  const reports = await Promise.all(unsaid.map((finding) => composeReport(composer, finding)))
  return [lead, ...reports.flat()]
}

/** Those in line or accepted. */
export async function underWay(db: GridDb, itemIds: string[]): Promise<Set<string>> {
  const [waiting, accepted] = await Promise.all([
    db.outbox.where('itemId').anyOf(itemIds).toArray(),
    db.receipts.where('itemId').anyOf(itemIds).primaryKeys(),
  ])
  return new Set([...waiting.map((item) => item.itemId), ...accepted])
}

export function findingsOf(draft: VisitDraft): ReportDraft[] {
  return draft.answers.flatMap((answer) => (answer.answer === 'issue' && answer.finding ? [answer.finding] : []))
}

function answered({ code, answer, memberId, note, finding, isDiscarded }: VisitAnswer) {
  const said = { code, answer, member_id: memberId, note }
  if (answer === 'issue' && isDiscarded) return { ...said, hazard_id: null, is_discarded: true }
  return { ...said, hazard_id: answer === 'issue' ? (finding?.id ?? null) : null }
}

export interface Delay {
  id: string
  taskId: string
  reason: DelayTask['reason']
  note: string
}

/** 「今天做不了」, in the lane of its task. */
export async function composeDelay(composer: Composer, delay: Delay): Promise<NewItem[]> {
  const { id, taskId, reason, note } = delay
  const body: DelayTask = { contract: CONTRACT, reason, note, occurred_at: iso(composer.now) }
  const names = { kind: 'delay' as const, itemId: id, hazardId: taskId, draftId: id }
  return [await jsonItem(composer, { ...names, path: `/api/patrols/tasks/${taskId}/delays/${id}`, body, draft: null })]
}

/** In the lane of its object: a corrected version goes after the first. Raises nothing: the page asks for what is missing. */
export async function composeCollection(composer: Composer, draft: CollectDraft): Promise<NewItem[]> {
  const { id, hazardId: objectId, fields, position } = draft
  const { kind = 'enterprise', name = '', grid_id = '' } = fields
  const body: CollectObject = { contract: CONTRACT, ...fields, kind, name, grid_id, position, occurred_at: iso(draft.occurredAt) }
  const names = { kind: 'collection' as const, itemId: id, hazardId: objectId, draftId: id }
  return [await jsonItem(composer, { ...names, path: `/api/objects/${objectId}/collections/${id}`, body, draft })]
}

/** The first report, or what is added to it: in the lane of the accident, each with its own photos. */
export async function composeAccident(composer: Composer, draft: AccidentDraft): Promise<NewItem[]> {
  const { id, hazardId: accidentId, fields } = draft
  const photos = await photosOf(composer.db, draft.photoIds)
  const told = { contract: CONTRACT, photos: photos.map(promise), occurred_at: iso(draft.occurredAt) }
  const names = { itemId: id, hazardId: accidentId, draftId: id, draft }
  const path = `/api/accidents/${accidentId}`
  const lead = await (id === accidentId
    ? jsonItem(composer, { ...names, kind: 'accident', path, body: { kind: 'other', ...fields, ...told } })
    : jsonItem(composer, { ...names, kind: 'accident_report', path: `${path}/reports/${id}`, body: added(fields, told) }))
  return [lead, ...photos.map((row) => photoItem(composer, row, lead))]
}

/** On whose ground it lies is the first report's to say. */
function added({ grid_id: _grid, object_id: _object, position: _position, ...fields }: AccidentDraft['fields'], told: Pick<SupplementAccident, 'contract' | 'photos' | 'occurred_at'>): SupplementAccident {
  return { ...fields, ...told, report: 'supplement' }
}

/** In the lane of its instruction: a second word goes after the first. */
export async function composeFeedback(composer: Composer, draft: FeedbackDraft): Promise<NewItem[]> {
  const { id, hazardId: instructionId, text } = draft
  const body: AnswerInstruction = { contract: CONTRACT, text, occurred_at: iso(draft.occurredAt) }
  const names = { kind: 'feedback' as const, itemId: id, hazardId: instructionId, draftId: id }
  return [await jsonItem(composer, { ...names, path: `/api/instructions/${instructionId}/feedback/${id}`, body, draft })]
}

/** A delivery, publicity or a call, with its receipt; in a lane of its own. */
export async function composeErrand(composer: Composer, draft: ErrandDraft): Promise<NewItem[]> {
  const { id, fields } = draft
  const photos = await photosOf(composer.db, draft.photoIds)
  const { kind = 'call', topic = '' } = fields
  const body: RecordErrand = { contract: CONTRACT, ...fields, kind, topic, photos: photos.map(promise), occurred_at: iso(draft.occurredAt) }
  const names = { kind: 'errand' as const, itemId: id, hazardId: id, draftId: id, draft }
  const lead = await jsonItem(composer, { ...names, path: `/api/errands/${id}`, body })
  return [lead, ...photos.map((row) => photoItem(composer, row, lead))]
}

/** In a lane of its own. */
export async function composeAppeal(composer: Composer, draft: AppealDraft): Promise<NewItem[]> {
  const { id, fields } = draft
  const body: MakeAppeal = { contract: CONTRACT, subject: '', text: '', ...fields }
  const names = { kind: 'appeal' as const, itemId: id, hazardId: id, draftId: id, draft }
  return [await jsonItem(composer, { ...names, path: `/api/appeals/${id}`, body })]
}
