/** Drafts: saved on every change and before any camera opens. */
import type { Action, PatrolTask } from '@/contract'
import { account } from '@/core/account'
import { withReopen, type GridDb } from '@/core/db'
import { newId as mintId } from '@/core/id'
import { disown, rewrittenWithout } from '@/core/outbox/disown'
import { inLine } from '@/core/photos/create'
import type { AccidentDraft, AccidentFields, ActionDraft, ActionFields, AppealDraft, AppealFields, CollectDraft, CollectFields, Draft, ErrandDraft, ErrandFields, FeedbackDraft, ReportDraft, ReportFields, VisitDraft } from '@/core/types'

/** Text of the open draft, kept beside the database: survives a lost IndexedDB connection and a reload. */
/** What is said of a fix on the spot beside its photo. */
export type FixSaid = Partial<Pick<NonNullable<ReportDraft['fix']>, 'rating' | 'note' | 'outcome'>>

export interface Mirror {
  set(draft: Draft): void
  get(id: string): Draft | null
  remove(id: string): void
}

export interface DraftsDeps {
  db: GridDb
  now(): number
  newId?(): string
  mirror?: Mirror
}

export interface Drafts {
  newReport(fields?: ReportFields): ReportDraft
  newAction(hazardId: string, action: Action, fields?: ActionFields): ActionDraft
  /** Of a task, or unasked with a list: of a whole grid. */
  newVisit(of: VisitOf): VisitDraft
  /** A place for the ledger; with `objectId` one that was sent back. */
  newCollection(fields?: CollectFields, objectId?: string): CollectDraft
  /** An accident; with `accidentId` what is added to it. */
  newAccident(fields?: AccidentFields, accidentId?: string): AccidentDraft
  newFeedback(instructionId: string, subject: string): FeedbackDraft
  newErrand(fields?: ErrandFields): ErrandDraft
  newAppeal(fields?: AppealFields): AppealDraft
  /** Adds what 「当场已整改」 needs. */
  withFix(draft: ReportDraft, said?: FixSaid): ReportDraft
  /** Stores the draft and answers it with its new time. Raises CoreError. */
  save<D extends Draft>(draft: D): Promise<D>
  load(id: string): Promise<Draft | null>
  /** Newest first. */
  list(): Promise<Draft[]>
  /** Removes the draft and its photos that nothing else holds. */
  remove(id: string): Promise<void>
}

export interface VisitOf {
  task: PatrolTask | null
  /** Of a look that nobody asked for; a task says itself where it is. */
  objectId?: string
  versionId: string
  gridId: string | null
  title: string
  asked?: string[]
}

export function createDrafts(deps: DraftsDeps): Drafts {
  return new DraftBook(deps)
}

class DraftBook implements Drafts {
  constructor(private readonly deps: DraftsDeps) {}

  newReport(fields: ReportFields = {}): ReportDraft {
    const id = this.newId()
    return { ...this.blank(id, id), kind: 'report', fields }
  }

  newAction(hazardId: string, action: Action, fields: ActionFields = {}): ActionDraft {
    return { ...this.blank(this.newId(), hazardId), kind: 'action', action, fields }
  }

  newVisit({ task, objectId, versionId, gridId, title, asked }: VisitOf): VisitDraft {
    const id = this.newId()
    const about = { taskId: task?.id ?? null, objectId: task?.object?.id ?? objectId ?? null, gridId, versionId, title, ...(asked && { asked }) }
    return { ...this.blank(id, id), ...about, kind: 'visit', answers: [], restFine: false, note: '', position: null }
  }

  newCollection(fields: CollectFields = {}, objectId?: string): CollectDraft {
    return { ...this.blank(this.newId(), objectId ?? this.newId()), kind: 'collect', fields, position: null }
  }

  newAccident(fields: AccidentFields = {}, accidentId?: string): AccidentDraft {
    const id = this.newId()
    return { ...this.blank(id, accidentId ?? id), kind: 'accident', fields }
  }

  newFeedback(instructionId: string, subject: string): FeedbackDraft {
    return { ...this.blank(this.newId(), instructionId), kind: 'feedback', text: '', subject }
  }

  newErrand(fields: ErrandFields = {}): ErrandDraft {
    const id = this.newId()
    return { ...this.blank(id, id), kind: 'errand', fields }
  }

  newAppeal(fields: AppealFields = {}): AppealDraft {
    const id = this.newId()
    return { ...this.blank(id, id), kind: 'appeal', fields }
  }

  withFix(draft: ReportDraft, said: FixSaid = {}): ReportDraft {
    const ids = { actionId: draft.fix?.actionId ?? this.newId(), archiveId: draft.fix?.archiveId ?? this.newId() }
    return { ...draft, fix: { ...draft.fix, ...ids, ...said } }
  }

  async save<D extends Draft>(draft: D): Promise<D> {
    const { db, now, mirror } = this.deps
    const saved = { ...draft, updatedAt: now() }
    mirror?.set(saved)
    const isKept = await withReopen(db, () => putUnlessQueued(db, plain(saved)))
    if (!isKept) mirror?.remove(saved.id)
    return saved
  }

  async load(id: string): Promise<Draft | null> {
    const { db, mirror } = this.deps
    const kept = await withReopen(db, () => db.drafts.get(id))
    if (kept) return kept
    const copy = mirror?.get(id)
    return copy && !(await withReopen(db, () => isUnderWay(db, id))) ? copy : null
  }

  list(): Promise<Draft[]> {
    const { db } = this.deps
    return withReopen(db, () => db.drafts.orderBy('updatedAt').reverse().toArray())
  }

  async remove(id: string): Promise<void> {
    this.deps.mirror?.remove(id)
    await withReopen(this.deps.db, () => removeDraftRows(this.deps.db, id))
  }

  private newId(): string {
    return (this.deps.newId ?? mintId)()
  }

  private blank(id: string, hazardId: string) {
    const at = this.deps.now()
    return { id, hazardId, photoIds: [], occurredAt: at, createdAt: at, updatedAt: at }
  }
}

/** An autosave that comes after the tap on 上报 must not raise the draft from the dead; false then. */
function putUnlessQueued(db: GridDb, draft: Draft): Promise<boolean> {
  return db.transaction('rw', db.drafts, db.outbox, db.receipts, async () => {
    if (await isUnderWay(db, draft.id)) return false
    await db.drafts.put(draft)
    return true
  })
}

/** In line, or accepted. */
async function isUnderWay(db: GridDb, id: string): Promise<boolean> {
  return (await db.outbox.where('itemId').equals(id).count()) > 0 || (await db.receipts.get(id)) !== undefined
}

/** Vue's proxies cannot be cloned into IndexedDB. */
function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}

async function removeDraftRows(db: GridDb, id: string): Promise<void> {
  const rewritten = await rewrittenWithout(db, id)
  await db.transaction('rw', [db.drafts, db.photos, db.bytes, db.thumbs, db.outbox, db.receipts, db.meta], async () => {
    const draft = await db.drafts.get(id)
    if (!draft) return
    await db.drafts.delete(id)
    if (draft.kind === 'report' && !(await isUnderWay(db, id))) await disown(db, id, rewritten)
    const held = await inLine(db, draft.photoIds)
    for (const other of await db.drafts.toArray()) other.photoIds.forEach((photoId) => held.add(photoId))
    const rows = (await db.photos.bulkGet(draft.photoIds)).filter((row) => row?.state === 'kept' && !held.has(row.id))
    const ids = rows.flatMap((row) => (row ? [row.id] : []))
    await Promise.all([db.photos.bulkDelete(ids), db.bytes.bulkDelete(ids), db.thumbs.bulkDelete(ids)])
  })
}

export const newReport = (fields?: ReportFields): ReportDraft => account().drafts.newReport(fields)
export const newAction = (hazardId: string, action: Action, fields?: ActionFields): ActionDraft =>
  account().drafts.newAction(hazardId, action, fields)
export const newVisit = (of: VisitOf): VisitDraft => account().drafts.newVisit(of)
export const newCollection = (fields?: CollectFields, objectId?: string): CollectDraft =>
  account().drafts.newCollection(fields, objectId)
export const newAccident = (fields?: AccidentFields, accidentId?: string): AccidentDraft => account().drafts.newAccident(fields, accidentId)
export const newFeedback = (instructionId: string, subject: string): FeedbackDraft => account().drafts.newFeedback(instructionId, subject)
export const newErrand = (fields?: ErrandFields): ErrandDraft => account().drafts.newErrand(fields)
export const newAppeal = (fields?: AppealFields): AppealDraft => account().drafts.newAppeal(fields)
export const withFix = (draft: ReportDraft, said?: FixSaid): ReportDraft => account().drafts.withFix(draft, said)
export const saveDraft = <D extends Draft>(draft: D): Promise<D> => account().drafts.save(draft)
export const loadDraft = (id: string): Promise<Draft | null> => account().drafts.load(id)
export const listDrafts = (): Promise<Draft[]> => account().drafts.list()
export const removeDraft = (id: string): Promise<void> => account().drafts.remove(id)
