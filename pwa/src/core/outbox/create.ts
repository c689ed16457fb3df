/** The outbox itself. No browser, no Vue: clock, chance, network, locks and database are handed in. */
import { withReopen } from '@/core/db'
import { coreError, CoreError } from '@/core/errors'
import { newId as mintId } from '@/core/id'
import { SENDER } from '@/core/locks'
import { createStore } from '@/core/store'
import type { AccidentDraft, ActionDraft, AppealDraft, CollectDraft, Draft, ErrandDraft, FeedbackDraft, OutboxItem, ReportDraft, VisitDraft } from '@/core/types'
import { Breaker } from './backoff'
import { composeAccident, composeAction, composeAppeal, composeCollection, composeDelay, composeErrand, composeFeedback, composeReport, composeVisit, type Delay, underWay } from './compose'
import { HOLD_MS, type NewItem } from './items'
import { Run, settleAll, type Unsettled } from './run'
import * as queue from './queue'
import * as takeback from './takeback'
import type { FlushResult, Outbox, OutboxCounts, OutboxDeps, OutboxState, Queued } from './types'

/** Another tab sends; look again soon, it may have finished before it saw our new row. */
const LOOK_AGAIN_MS = 3_000
/** Without a network: 5, 10, 20, 40, 60, 60 … s, one small question each time. */
const SOON_MS = 5_000
const RARELY_MS = 60_000

export function createOutbox(deps: OutboxDeps): Outbox {
  return new OutboxEngine(deps)
}

class OutboxEngine implements Outbox {
  readonly state = createStore<OutboxState>({ sending: null, stopped: null, wakeAt: null })
  private readonly breakers = { json: new Breaker(), photo: new Breaker() }
  private readonly unsettled: Unsettled = new Map()
  private running: Promise<FlushResult> | null = null
  private run: Run | null = null
  private isClosed = false
  private failures = 0

  constructor(private readonly deps: OutboxDeps) {}

  enqueueVisit(draft: VisitDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeVisit(this.composer(), draft))
  }

  enqueueDelay(delay: Delay): Promise<Queued> {
    return this.enqueue(delay.id, () => composeDelay(this.composer(), delay))
  }

  enqueueCollection(draft: CollectDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeCollection(this.composer(), draft))
  }

  enqueueAccident(draft: AccidentDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeAccident(this.composer(), draft))
  }

  enqueueFeedback(draft: FeedbackDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeFeedback(this.composer(), draft))
  }

  enqueueErrand(draft: ErrandDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeErrand(this.composer(), draft))
  }

  enqueueAppeal(draft: AppealDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeAppeal(this.composer(), draft))
  }

  enqueueReport(draft: ReportDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeReport(this.composer(), draft))
  }

  enqueueAction(draft: ActionDraft): Promise<Queued> {
    return this.enqueue(draft.id, () => composeAction(this.composer(), draft))
  }

  async flush(isManual = false): Promise<FlushResult> {
    if (this.running) {
      await this.running
      if (this.running) return this.running
    }
    this.running = this.runOnce(isManual).finally(() => (this.running = null))
    return this.running
  }

  items(): Promise<OutboxItem[]> {
    return this.deps.db.outbox.orderBy('seq').toArray()
  }

  async counts(): Promise<OutboxCounts> {
    return queue.count(await this.items())
  }

  async retry(seq: number): Promise<void> {
    await withReopen(this.deps.db, () => queue.unpark(this.deps.db, seq))
    await this.noteWake()
  }

  async edit(seq: number): Promise<Draft | null> {
    const mint = this.deps.newId ?? mintId
    await this.settleRest()
    return withReopen(this.deps.db, () => takeback.edit(this.deps.db, seq, mint))
  }

  async discard(seq: number): Promise<void> {
    await this.settleRest()
    await withReopen(this.deps.db, () => takeback.discard(this.deps.db, seq))
  }

  async withdraw(draftId: string): Promise<Draft | null> {
    await this.settleRest()
    return withReopen(this.deps.db, () => takeback.withdraw(this.deps.db, draftId))
  }

  unnoted(): OutboxItem[] {
    return [...this.unsettled.values()].filter((each) => !each.isComplete).map((each) => each.item)
  }

  async letGo(seq: number): Promise<void> {
    const known = this.unsettled.get(seq)
    if (!known) return
    await withReopen(this.deps.db, () => queue.letGo(this.deps.db, known.item))
    known.isComplete = true
    await this.settleRest()
  }

  forgetReceipt(seq: number): void {
    this.unsettled.delete(seq)
  }

  cutOff(): void {
    this.run?.cutOff()
  }

  close(): void {
    this.isClosed = true
    this.cutOff()
  }

  private composer() {
    return { db: this.deps.db, personId: this.deps.personId, now: this.deps.now() }
  }

  private async enqueue(draftId: string, compose: () => Promise<NewItem[]>): Promise<Queued> {
    const { db } = this.deps
    await withReopen(db, async () => {
      const items = await compose()
      await this.store(draftId, items)
      await this.readBack(items)
    })
    this.deps.mirror?.remove(draftId)
    await this.noteWake()
    return { draftId, holdUntil: this.deps.now() + HOLD_MS }
  }

  /** Rows in, draft out, photos marked: one transaction. A second tap finds its rows and changes nothing. */
  private store(draftId: string, items: NewItem[]): Promise<void> {
    const { db } = this.deps
    return db.transaction('rw', db.outbox, db.drafts, db.photos, db.receipts, async () => {
      const ids = items.map((item) => item.itemId)
      const known = await underWay(db, ids)
      const fresh = items.filter((item) => !known.has(item.itemId))
      // Dexie gives the seq; its type asks for one.
      await db.outbox.bulkAdd(fresh as OutboxItem[])
      for (const { itemId, hazardId } of fresh.filter((item) => item.kind === 'photo')) {
        await db.photos.update(itemId, { state: 'queued', hazardId })
      }
      await db.drafts.delete(draftId)
    })
  }

  /** Only what can be read again, letter for letter, is 「已存在手机里」. */
  private async readBack(items: NewItem[]): Promise<void> {
    const { db } = this.deps
    const ids = items.map((item) => item.itemId)
    const rows = await db.outbox.where('itemId').anyOf(ids).toArray()
    const accepted = new Set(await db.receipts.where('itemId').anyOf(ids).primaryKeys())
    const kept = new Map(rows.map((row) => [row.itemId, row.body]))
    const isHere = (item: NewItem) => accepted.has(item.itemId) || kept.get(item.itemId) === item.body
    if (!items.every(isHere)) throw new CoreError('storage_lost')
  }

  private async runOnce(isManual: boolean): Promise<FlushResult> {
    const run = new Run(this.deps, this.state, this.breakers, this.unsettled, isManual)
    this.run = run
    try {
      await this.settleRest()
      if (this.isClosed || !(await run.hasWork())) return run.result
      const result = await this.deps.locks.ifFree(SENDER, () => run.drain())
      if (!result) run.result.isElsewhere = true
    } catch (error) {
      // The phone's own storage failed; nothing was taken out, the next trigger goes on.
      run.result.stopped = 'cut_off'
      this.deps.failed?.(coreError(error))
    } finally {
      this.run = null
      await this.noteWake(run.result)
    }
    return run.result
  }

  /** There may be room again; if not, the items stay as they are. */
  private async settleRest(): Promise<void> {
    await settleAll(this.deps, this.unsettled).catch((error: unknown) => this.deps.failed?.(coreError(error)))
  }

  private async noteWake(result?: FlushResult): Promise<void> {
    this.patch({ wakeAt: await this.nextMoment(result).catch(() => this.deps.now() + LOOK_AGAIN_MS) })
  }

  /** Signed out, or another's session: only a sign-in helps. Without a network: soon, then less often. */
  private async nextMoment(result?: FlushResult): Promise<number | null> {
    const stopped = result?.stopped ?? null
    const pause = this.pauseAfter(result)
    if (stopped === 'signed_out' || stopped === 'other_account') return null
    const now = this.deps.now()
    const { personId } = this.deps
    const { unsettled } = this
    const spared = (item: OutboxItem) => this.sparedUntil(item, now)
    const moment = queue.wakeAt(await this.items(), { now, personId, unsettled, spared })
    return moment === null ? null : Math.max(moment, now + pause)
  }

  private pauseAfter(result?: FlushResult): number {
    if (!result) return 0
    if (result.isElsewhere) return LOOK_AGAIN_MS
    this.failures = result.stopped ? this.failures + 1 : 0
    return result.stopped ? Math.min(RARELY_MS, SOON_MS * 2 ** Math.min(this.failures - 1, 10)) : 0
  }

  private sparedUntil(item: OutboxItem, now: number): number {
    return this.breakers[item.kind === 'photo' ? 'photo' : 'json'].until(now)
  }

  private patch(part: Partial<OutboxState>): void {
    this.state.set({ ...this.state.get(), ...part })
  }
}
