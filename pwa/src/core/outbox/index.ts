/** The outbox of whoever is signed in on this phone. */
import { account } from '@/core/account'
import type { AccidentDraft, ActionDraft, AppealDraft, CollectDraft, Draft, ErrandDraft, FeedbackDraft, OutboxItem, ReportDraft, VisitDraft } from '@/core/types'
import type { Delay } from './compose'
import type { FlushResult, OutboxCounts, Queued } from './types'

export type { FlushResult, OutboxCounts, OutboxState, Queued, StopReason } from './types'

export const enqueueReport = (draft: ReportDraft): Promise<Queued> => account().outbox.enqueueReport(draft)
export const enqueueAction = (draft: ActionDraft): Promise<Queued> => account().outbox.enqueueAction(draft)
export const enqueueVisit = (draft: VisitDraft): Promise<Queued> => account().outbox.enqueueVisit(draft)
export const enqueueDelay = (delay: Delay): Promise<Queued> => account().outbox.enqueueDelay(delay)
export const enqueueCollection = (draft: CollectDraft): Promise<Queued> => account().outbox.enqueueCollection(draft)
export const enqueueAccident = (draft: AccidentDraft): Promise<Queued> => account().outbox.enqueueAccident(draft)
export const enqueueFeedback = (draft: FeedbackDraft): Promise<Queued> => account().outbox.enqueueFeedback(draft)
export const enqueueAppeal = (draft: AppealDraft): Promise<Queued> => account().outbox.enqueueAppeal(draft)
export const enqueueErrand = (draft: ErrandDraft): Promise<Queued> => account().outbox.enqueueErrand(draft)
export const flush = (isManual = false): Promise<FlushResult> => account().outbox.flush(isManual)
export const items = (): Promise<OutboxItem[]> => account().outbox.items()
export const counts = (): Promise<OutboxCounts> => account().outbox.counts()
export const retry = (seq: number): Promise<void> => account().outbox.retry(seq)
export const edit = (seq: number): Promise<Draft | null> => account().outbox.edit(seq)
export const discard = (seq: number): Promise<void> => account().outbox.discard(seq)
export const withdraw = (draftId: string): Promise<Draft | null> => account().outbox.withdraw(draftId)
