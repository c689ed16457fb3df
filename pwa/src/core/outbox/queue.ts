/** The rows of the outbox: what is ready, and how an item changes. Each function is one transaction. */
import type { HazardView } from '@/contract'
import type { GridDb } from '@/core/db'
import type { ItemProblem, OutboxItem, ReceiptRow, Why } from '@/core/types'
import { LONGEST_ORDER_MS, LONGEST_WAIT_MS, stillUntil } from './backoff'
import { HOLD_MS } from './items'
import type { Outcome } from './outcome'
import { taskOf } from './task'
import type { OutboxCounts } from './types'

export interface View {
  now: number
  personId: string
  isManual: boolean
  /** Sent in this run already. */
  tried: Set<number>
  /** Accepted, and the phone is too full to note it: as good as gone. */
  unsettled: ReadonlyMap<number, unknown>
  /** Kinds that are spared for a while. */
  isSpared(item: OutboxItem): boolean
}

/**
 * The rows as one run knows them, so that sending n items does not read n² rows. Keys are read each time,
 * for a tap may have added or taken out; a row is read once, and again after the run has touched it. What
 * somebody else changes in place (再试) waits for the next run; `claim` looks at the row itself.
 */
export class Rows {
  private readonly known = new Map<number, OutboxItem>()

  /** In the order of the queue. */
  async all(db: GridDb): Promise<OutboxItem[]> {
    const seqs = await db.outbox.orderBy('seq').primaryKeys()
    const here = new Set(seqs)
    for (const seq of this.known.keys()) if (!here.has(seq)) this.known.delete(seq)
    const missing = seqs.filter((seq) => !this.known.has(seq))
    const read = missing.length > 0 ? await db.outbox.bulkGet(missing) : []
    for (const row of read) if (row) this.known.set(row.seq, row)
    return seqs.flatMap((seq) => this.known.get(seq) ?? [])
  }

  /** The run has changed this item, or what hangs on the same case. */
  touched({ hazardId }: OutboxItem): void {
    for (const [seq, row] of this.known) if (row.hazardId === hazardId) this.known.delete(seq)
  }
}

/** An accident first, JSON before photos; then what failed least; then the oldest. */
export async function nextReady(db: GridDb, rows: Rows, view: View): Promise<OutboxItem | null> {
  const items = without(await rows.all(db), view.unsettled)
  const waiting = idsOf(items)
  const ready = heads(items).filter((item) => isReady(item, waiting, view))
  const best = ready.sort((a, b) => rank(a) - rank(b) || a.attempts - b.attempts || a.seq - b.seq)[0]
  return best ?? null
}

export interface Outlook {
  now: number
  personId: string
  unsettled: ReadonlyMap<number, unknown>
  spared(item: OutboxItem): number
}

/** The earliest moment at which something could be ready; null = nothing waits for a moment. */
export function wakeAt(all: OutboxItem[], { now, personId, unsettled, spared }: Outlook): number | null {
  const items = without(all, unsettled)
  const waiting = idsOf(items)
  const times = heads(items)
    .filter((item) => isSendable(item, waiting, personId))
    .map((item) => Math.max(firmUntil(item, now), ownUntil(item, now), spared(item)))
  return times.length > 0 ? Math.min(...times) : null
}

function without(items: OutboxItem[], unsettled: ReadonlyMap<number, unknown>): OutboxItem[] {
  return unsettled.size === 0 ? items : items.filter((item) => !unsettled.has(item.seq))
}

/** 撤回 and what the server has ordered: the button does not shorten it. 0 = no longer. */
function firmUntil(item: OutboxItem, now: number): number {
  return Math.max(stillUntil(item.holdUntil, now, HOLD_MS), stillUntil(item.retryAfterUntil, now, LONGEST_ORDER_MS))
}

function ownUntil(item: OutboxItem, now: number): number {
  return stillUntil(item.notBefore, now, LONGEST_WAIT_MS)
}

/**
 * The first of every lane; the others wait behind it, also behind a refused one. The report itself goes
 * before its steps also when it was changed after them and stands behind them.
 */
function heads(items: OutboxItem[]): OutboxItem[] {
  const first = new Map<string, OutboxItem>()
  for (const item of items) if (!first.has(item.lane) || isRoot(item)) first.set(item.lane, item)
  return [...first.values()]
}

/** What the rest of its lane needs to be there. */
export const isRoot = ({ kind }: OutboxItem): boolean => kind === 'hazard' || kind === 'accident'

function idsOf(items: OutboxItem[]): Set<string> {
  return new Set(items.map((item) => item.itemId))
}

function isSendable(item: OutboxItem, waiting: Set<string>, personId: string): boolean {
  if (item.isRefused || item.personId !== personId) return false
  return item.afterItemId === null || !waiting.has(item.afterItemId)
}

function isReady(item: OutboxItem, waiting: Set<string>, view: View): boolean {
  if (!isSendable(item, waiting, view.personId) || view.tried.has(item.seq) || view.isSpared(item)) return false
  return firmUntil(item, view.now) === 0 && (view.isManual || ownUntil(item, view.now) === 0)
}

function rank(item: OutboxItem): number {
  if (item.kind === 'photo') return 1
  return item.kind === 'accident' || item.kind === 'accident_report' ? -1 : 0
}

/** Marks an item as on the wire: from here on 撤回 comes too late. null = it has just been taken back. */
export function claim(db: GridDb, seq: number): Promise<OutboxItem | null> {
  return db.transaction('rw', db.outbox, async () => {
    const item = await db.outbox.get(seq)
    if (!item || item.isRefused) return null
    const claimed = { ...item, attempts: item.attempts + 1 }
    await db.outbox.put(claimed)
    return claimed
  })
}

/** As `claim` finds it, without the mark. */
export async function sendable(db: GridDb, seq: number): Promise<OutboxItem | null> {
  const item = await db.outbox.get(seq)
  return item && !item.isRefused ? item : null
}

export type Accepted = Extract<Outcome, { is: 'accepted' }>

/**
 * Out of the line, receipt kept, server's copy kept: all in one transaction, or none of it. `isComplete`:
 * the server has it for good, and `letGo` has taken it away.
 */
export function settle(
  db: GridDb,
  item: OutboxItem,
  accepted: Accepted,
  now: number,
  isComplete = false,
): Promise<void> {
  const kept: ReceiptRow = {
    itemId: item.itemId,
    kind: item.kind,
    hazardId: item.hazardId,
    sha256: item.sha256,
    receipt: accepted.receipt,
    acceptedAt: now,
    item: isComplete ? null : { ...item, draft: null },
    isComplete,
  }
  return db.transaction('rw', [db.outbox, db.receipts, db.photos, db.hazards, db.objects, db.tasks, db.meta], async () => {
    await db.outbox.delete(item.seq)
    await db.receipts.put(kept)
    if (item.kind === 'photo') await db.photos.update(item.itemId, { state: 'received' })
    if (accepted.hazard) await keepNewer(db, accepted.hazard)
    if (accepted.object) await db.objects.put(accepted.object)
    if (isRoot(item)) await forgiveSteps(db, item.hazardId)
    if (item.kind === 'visit' || item.kind === 'delay') await forgetTask(db, item)
  })
}

/** Done or put off: off the list at once; the server's list comes with the next pull. */
async function forgetTask(db: GridDb, item: OutboxItem): Promise<void> {
  const taskId = taskOf(item)
  if (taskId) await db.tasks.delete(taskId)
  await db.meta.delete('tasks_at')
}

/**
 * Out of a phone that is too full to note anything, once the server has it completely. Only deletes, in a
 * transaction of their own: browsers ask for no room then.
 */
export function letGo(db: GridDb, item: OutboxItem): Promise<void> {
  return db.transaction('rw', db.outbox, db.photos, db.bytes, db.thumbs, async () => {
    await db.outbox.delete(item.seq)
    if (item.kind !== 'photo') return
    await Promise.all([db.photos, db.bytes, db.thumbs].map((table) => table.delete(item.itemId)))
  })
}

/** Steps that met no case, because it was changed or forgotten: now there is one. */
async function forgiveSteps(db: GridDb, hazardId: string): Promise<void> {
  const metNone = (step: OutboxItem): boolean => step.problem?.code === 'not_found'
  await db.outbox.where('hazardId').equals(hazardId).and(metNone).modify({ isRefused: false, problem: null })
}

/** A late answer must not overwrite a newer copy. Call inside a transaction. */
export async function keepNewer(db: GridDb, hazard: HazardView): Promise<void> {
  const here = await db.hazards.get(hazard.id)
  if (!here || here.version <= hazard.version) await db.hazards.put(hazard)
}

export interface Delay {
  why: Why
  status: number | null
  now: number
  waitMs: number
  isOrder: boolean
}

export async function postpone(db: GridDb, item: OutboxItem, delay: Delay): Promise<void> {
  const until = delay.now + delay.waitMs
  await db.outbox.update(item.seq, {
    laters: item.laters + 1,
    notBefore: until,
    retryAfterUntil: delay.isOrder ? until : 0,
    lastError: { why: delay.why, status: delay.status, at: delay.now },
  })
}

export async function noteFailure(db: GridDb, seq: number, why: Why, status: number | null, at: number): Promise<void> {
  await db.outbox.update(seq, { lastError: { why, status, at } })
}

export async function park(db: GridDb, seq: number, problem: ItemProblem): Promise<void> {
  await db.outbox.update(seq, { isRefused: true, problem })
}

export async function unpark(db: GridDb, seq: number): Promise<void> {
  await db.outbox.update(seq, {
    isRefused: false,
    problem: null,
    laters: 0,
    notBefore: 0,
    retryAfterUntil: 0,
    lastError: null,
  })
}

export function count(items: OutboxItem[]): OutboxCounts {
  const taps = new Map<string, boolean>()
  for (const item of items) taps.set(item.draftId, item.isRefused || (taps.get(item.draftId) ?? false))
  const refused = [...taps.values()].filter(Boolean).length
  return {
    waiting: taps.size - refused,
    attention: refused,
    photos: items.filter((item) => item.kind === 'photo').length,
    oldestAt: items.length > 0 ? Math.min(...items.map((item) => item.createdAt)) : null,
  }
}
