/** What the phone keeps. Rows of the per-account database; versions only ever add fields. */
import type {
  Action,
  Answered,
  CollectObject,
  HazardAction,
  MakeAppeal,
  Outcome,
  PhotoRole,
  PhotoSource,
  Position,
  Problem,
  Receipt,
  RecordErrand,
  ReportAccident,
  ReportHazard,
} from '@/contract'

/** What a report says beside its photos; the outbox adds contract, manifest and time. */
export type ReportFields = Partial<Omit<ReportHazard, 'contract' | 'photos' | 'occurred_at'>>
/** What a step brings beside its photos. */
export type ActionFields = Partial<Omit<HazardAction, 'contract' | 'photos' | 'occurred_at' | 'action'>>

interface DraftBase {
  /** The id of the report (= hazard id) or of the action; made once, for ever the idempotency key. */
  id: string
  hazardId: string
  photoIds: string[]
  /** Where in the flow of screens the person was; restored after a killed camera. */
  step?: string
  /** Device time of the finding, ms. */
  occurredAt: number
  createdAt: number
  updatedAt: number
}

export interface ReportDraft extends DraftBase {
  kind: 'report'
  fields: ReportFields
  /** 「当场已整改」: photos with role `after` go with this step, then the case is archived. */
  fix?: { actionId: string; archiveId: string; rating?: number; note?: string; outcome?: Outcome }
}

export interface ActionDraft extends DraftBase {
  kind: 'action'
  action: Action
  fields: ActionFields
  /** With `fix_on_site`: the archiving step that follows by itself. */
  thenArchiveId?: string
}

/** One answer of a visit. A finding is a report of its own, with its own id and photos. */
export interface VisitAnswer {
  code: string
  answer: Answered
  memberId: string | null
  note: string
  finding: ReportDraft | null
  /** The visit came back and its finding did not: it is reported by itself, and is only looked at here. */
  isHandedIn?: boolean
  /** The finding was thrown away by itself: no case will come of it. */
  isDiscarded?: boolean
}

/** A look at one place or grid with one list; every change is kept at once, so it goes on after a kill. */
export interface VisitDraft extends DraftBase {
  kind: 'visit'
  taskId: string | null
  objectId: string | null
  gridId: string | null
  versionId: string
  /** Codes of the questions that are meant for this place; without them the whole list is asked. */
  asked?: string[]
  /** What is looked at, in words. */
  title: string
  answers: VisitAnswer[]
  restFine: boolean
  note: string
  /** Only if the person wants it along. */
  position: Position | null
}

/** What is said of a place that the ledger does not know yet, or that was sent back. */
export type CollectFields = Partial<Omit<CollectObject, 'contract' | 'occurred_at' | 'position'>>

/** `hazardId` is the object's own id, which stays when it is corrected and sent again. */
export interface CollectDraft extends DraftBase {
  kind: 'collect'
  fields: CollectFields
  /** Only if the person wants it along. */
  position: Position | null
}

/** What is told of an accident; nothing of it has to be. */
export type AccidentFields = Partial<Omit<ReportAccident, 'contract' | 'photos' | 'occurred_at'>>

/** `hazardId` is the accident's own id: a draft of the same id is the first report, any other adds to it. */
export interface AccidentDraft extends DraftBase {
  kind: 'accident'
  fields: AccidentFields
}

/** What is answered to an instruction, whose id is `hazardId`. */
export interface FeedbackDraft extends DraftBase {
  kind: 'feedback'
  text: string
  /** Of the instruction, so that the line says what it answers. */
  subject: string
}

/** What is recorded of a delivery, of publicity or of a call. */
export type ErrandFields = Partial<Omit<RecordErrand, 'contract' | 'photos' | 'occurred_at'>>

export interface ErrandDraft extends DraftBase {
  kind: 'errand'
  fields: ErrandFields
}

/** What is asked of the government. */
export type AppealFields = Partial<Omit<MakeAppeal, 'contract'>>

export interface AppealDraft extends DraftBase {
  kind: 'appeal'
  fields: AppealFields
}

export type Draft = ReportDraft | ActionDraft | VisitDraft | CollectDraft | AccidentDraft | FeedbackDraft | ErrandDraft | AppealDraft

export type ItemKind = 'hazard' | 'action' | 'photo' | 'visit' | 'delay' | 'collection' | 'accident' | 'accident_report' | 'feedback' | 'errand' | 'appeal'

/** Why an item has not gone: in words by `queue.why.*`. */
export type Why = 'unreachable' | 'captive_portal' | 'busy' | 'signed_out' | 'other_account' | 'wrong_receipt'

export interface OutboxItem {
  seq: number
  /** Order inside, none between: the id of hazard, visit, task or object for JSON, `photo:<id>` for photos. */
  lane: string
  kind: ItemKind
  /** uuid in the path; the server's idempotency key. */
  itemId: string
  hazardId: string
  /** Items queued by one tap share it; 撤回 and 修改 take them back together. */
  draftId: string
  personId: string
  action: Action | null
  path: string
  /** The exact text that is sent; null for a photo, whose bytes lie in their own table. */
  body: string | null
  /** Of the body exactly as sent, hex. */
  sha256: string
  size: number
  contract: number
  /** JSON first: a photo waits until this item is accepted. */
  afterItemId: string | null
  createdAt: number
  /** Not sent before: 5 s for 撤回. */
  holdUntil: number
  /** Not sent before: own backoff. */
  notBefore: number
  /** Not sent before, even if the person presses the button: the server said so. */
  retryAfterUntil: number
  attempts: number
  /** Consecutive answers "later"; the exponent of the backoff. */
  laters: number
  /** How often the server had forgotten it and it was put in line again. */
  resends: number
  isRefused: boolean
  problem: ItemProblem | null
  lastError: { why: Why; status: number | null; at: number } | null
  /** What 修改 and 撤回 give back; null for photos and for steps that follow by themselves. */
  draft: Draft | null
}

export interface ItemProblem extends Problem {
  status: number | null
}

/** kept: only here; queued: in the outbox; received: uploaded, bytes kept; complete: bytes may go. */
export type PhotoState = 'kept' | 'queued' | 'received' | 'complete' | 'differs'

export interface PhotoRow {
  id: string
  hazardId: string | null
  role: PhotoRole
  source: PhotoSource
  sha256: string
  size: number
  type: string
  width: number
  height: number
  takenAt: number
  lat: number | null
  lon: number | null
  accuracyM: number | null
  state: PhotoState
  createdAt: number
}

export interface PhotoBytes {
  photoId: string
  /** ArrayBuffer, never Blob: Blobs break in IndexedDB on iOS. */
  bytes: ArrayBuffer
}

export interface Thumb {
  photoId: string
  bytes: ArrayBuffer
  type: string
  /** null = as long as the photo; else the day it may go, ms. */
  keepUntil: number | null
}

/** Proof of delivery. Body and draft stay until the server says `complete`, for a resend after a restore. */
export interface ReceiptRow {
  itemId: string
  kind: ItemKind
  hazardId: string
  sha256: string
  receipt: Receipt
  acceptedAt: number
  item: OutboxItem | null
  isComplete: boolean
}

export interface MetaRow {
  key: string
  value: unknown
}

export interface LogLine {
  n?: number
  at: number
  what: string
  data?: unknown
}

/** Where the phone was. */
export interface Fix {
  lat: number
  lon: number
  accuracyM: number
  at: number
}

export type { Position, Problem }
