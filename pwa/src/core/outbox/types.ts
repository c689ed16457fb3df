import type { GridDb } from '@/core/db'
import type { Mirror } from '@/core/drafts'
import type { CoreError } from '@/core/errors'
import type { Store } from '@/core/store'
import type { AccidentDraft, ActionDraft, AppealDraft, CollectDraft, Draft, ErrandDraft, FeedbackDraft, OutboxItem, ReportDraft, VisitDraft, Why } from '@/core/types'
import type { Delay } from './compose'

/** One sender across all tabs. */
export interface Locks {
  /** False where the browser has no Web Locks: then the session is checked before every item. */
  isExclusive: boolean
  /** Runs `work` while holding the lock, or answers undefined at once if another tab holds it. */
  ifFree<T>(name: string, work: () => Promise<T>): Promise<T | undefined>
}

/** What a simulator replaces; `browserDeps()` gives the real ones. */
export interface OutboxDeps {
  db: GridDb
  /** Whose items these are; nobody else's session ever sends them. */
  personId: string
  now(): number
  random(): number
  fetch(url: string, init: RequestInit): Promise<Response>
  locks: Locks
  /** Called after every answer that is certainly ours, with its Date header. */
  contact?(at: number, date: string | null): void
  /** Called when the server says 401. */
  signedOut?(): void
  /** The phone's own storage failed in the middle of a run. */
  failed?(error: CoreError): void
  newId?(): string
  /** What stands in line need not be kept a second time as a draft. */
  mirror?: Pick<Mirror, 'remove'>
}

export type StopReason = Why | 'cut_off'

export interface OutboxState {
  /** seq of the item on the wire. */
  sending: number | null
  /** Why the last run stopped before the queue was empty. */
  stopped: StopReason | null
  /** Earliest moment at which a further run makes sense (backoff, Retry-After, hold), ms. */
  wakeAt: number | null
}

export interface FlushResult {
  accepted: number
  refused: number
  postponed: number
  stopped: StopReason | null
  /** Another tab is sending. */
  isElsewhere: boolean
}

export interface Queued {
  draftId: string
  /** Until when 撤回 works for sure, ms. */
  holdUntil: number
}

/** Taps, not rows: a report with two photos counts once. */
export interface OutboxCounts {
  waiting: number
  /** Refused: 需要处理. */
  attention: number
  /** Photos not yet uploaded. */
  photos: number
  oldestAt: number | null
}

export interface Outbox {
  state: Store<OutboxState>
  /**
   * Queues a report (and the steps of 「当场已整改」) and clears its draft in one transaction, reads
   * it back, then answers: 「已存在手机里」. Safe to call twice. Raises CoreError photo_gone, storage_full.
   */
  enqueueReport(draft: ReportDraft): Promise<Queued>
  enqueueAction(draft: ActionDraft): Promise<Queued>
  /** A visit with all it has found. */
  enqueueVisit(draft: VisitDraft): Promise<Queued>
  enqueueDelay(delay: Delay): Promise<Queued>
  /** A place for the ledger. */
  enqueueCollection(draft: CollectDraft): Promise<Queued>
  /** An accident, or what is added to one; it goes before everything else. */
  enqueueAccident(draft: AccidentDraft): Promise<Queued>
  /** What is answered to an instruction. */
  enqueueFeedback(draft: FeedbackDraft): Promise<Queued>
  /** A delivery, publicity or a call. */
  enqueueErrand(draft: ErrandDraft): Promise<Queued>
  /** What is asked of the government. */
  enqueueAppeal(draft: AppealDraft): Promise<Queued>
  /** Sends what is ready. `isManual`: own backoff is ignored; a Retry-After is not. Never throws. */
  flush(isManual?: boolean): Promise<FlushResult>
  items(): Promise<OutboxItem[]>
  counts(): Promise<OutboxCounts>
  /** Puts a refused item back in line. */
  retry(seq: number): Promise<void>
  /** 修改: gives the draft back and takes its unsent items out; null if it has just been accepted. */
  edit(seq: number): Promise<Draft | null>
  /** 放弃, asked twice by the page: the item and whatever hangs on it is gone from this phone. */
  discard(seq: number): Promise<void>
  /** 撤回: back to a draft if nothing of it has left the phone; else null. `draftId` = id of the draft. */
  withdraw(draftId: string): Promise<Draft | null>
  /** Accepted since the page was opened, and the phone is too full to note it. */
  unnoted(): OutboxItem[]
  /** The server has it completely: it leaves a phone that is too full to note anything else. */
  letGo(seq: number): Promise<void>
  /** The server does not know it any more: it goes out again. */
  forgetReceipt(seq: number): void
  /** Cuts off what is on the wire and ends the present run; a later flush goes on. */
  cutOff(): void
  /** Cuts off and never sends again: the account is being closed. */
  close(): void
}
