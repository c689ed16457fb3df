/** Asks the server what it really has. Only its `complete` lets photo bytes go. */
import type { HeldItem, Holdings, Reconciliation } from '@/contract'
import { log, withReopen, type GridDb } from '@/core/db'
import { coreError } from '@/core/errors'
import { LONGEST_WAIT_MS } from '@/core/outbox/backoff'
import { OTHER_CONTENT } from '@/core/outbox/problems'
import { discarded, settleDiscarded } from '@/core/outbox/discarded'
import type { Outbox } from '@/core/outbox/types'
import { thumbUntil } from '@/core/photos/create'
import type { OutboxItem, ReceiptRow } from '@/core/types'

export interface ReconcileDeps {
  db: GridDb
  now(): number
  /** POST /api/sync/reconcile; null = unreachable or signed out. */
  ask(holdings: Holdings): Promise<Reconciliation | null>
  outbox: Pick<Outbox, 'counts' | 'unnoted' | 'letGo' | 'forgetReceipt'>
  appVersion: string
}

export interface Reconcile {
  /** Also the heartbeat: tells how much waits here. Never throws; false = not answered. */
  reconcile(): Promise<boolean>
}

/** What contains an id and the hash that the server confirmed. */
type Held = Pick<HeldItem, 'kind' | 'sha256'> & { itemId: string; conclude(status: string): Promise<void> }

/** What the contract takes in one question. */
const PAGE = 500
const FIRST_RESEND_MS = 60_000
const KEEP_PROOF_MS = 365 * 24 * 60 * 60_000

export function createReconcile(deps: ReconcileDeps): Reconcile {
  return { reconcile: () => reconcile(deps).catch(() => false) }
}

async function reconcile(deps: ReconcileDeps): Promise<boolean> {
  const held = await everythingHeld(deps)
  const gone = await discarded(deps.db)
  const pages = held.length === 0 ? [[]] : chunks(held, PAGE)
  for (const page of pages) {
    const answer = await deps.ask(await holdings(deps, page, gone))
    if (!answer) return false
    for (const line of [...answer.items].sort(makesRoom)) {
      const row = page.find((each) => each.itemId === line.id && each.kind === line.kind)
      await row?.conclude(line.status)
    }
  }
  await settleDiscarded(deps.db, gone)
  await forgetOldProof(deps)
  return true
}

/** Behind a receipt, or accepted by a phone that has no room for one. */
async function everythingHeld(deps: ReconcileDeps): Promise<Held[]> {
  const { db, outbox } = deps
  const noted = await withReopen(db, () => db.receipts.filter((row) => !row.isComplete).toArray())
  return [
    ...noted.map((row) => ({ ...heldAs(row), conclude: (status: string) => conclude(deps, row, status) })),
    ...outbox.unnoted().map((item) => ({ ...heldAs(item), conclude: (status: string) => concludeUnnoted(deps, item, status) })),
  ]
}

function heldAs({ kind, itemId, sha256 }: ReceiptRow | OutboxItem) {
  return { kind, itemId, sha256 }
}

/** What may go makes room for what must be written. */
function makesRoom(one: { status: string }, other: { status: string }): number {
  return Number(other.status === 'complete') - Number(one.status === 'complete')
}

async function holdings(deps: ReconcileDeps, page: Held[], gone: string[]): Promise<Holdings> {
  const { waiting, attention, oldestAt } = await deps.outbox.counts()
  return {
    items: page.map(({ kind, itemId, sha256 }): HeldItem => ({ kind, id: itemId, sha256 })),
    unsent_count: waiting + attention,
    oldest_unsent_at: oldestAt === null ? null : new Date(oldestAt).toISOString(),
    app_version: deps.appVersion,
    ...(gone.length > 0 && { discarded: gone }),
  }
}

/** `received` changes nothing: the bytes stay until all is there. */
async function conclude(deps: ReconcileDeps, row: ReceiptRow, status: string): Promise<void> {
  if (status === 'complete') await complete(deps, row)
  if (status === 'unknown') await sendAgain(deps, row)
  if (status === 'differs') await showDifference(deps, row)
}

/** Sent again, what differs is refused in words and shown. */
async function concludeUnnoted({ outbox }: ReconcileDeps, item: OutboxItem, status: string): Promise<void> {
  if (status === 'complete') await outbox.letGo(item.seq)
  if (status === 'unknown' || status === 'differs') outbox.forgetReceipt(item.seq)
}

/** A phone that is too full for the marks lets the bytes go alone, which needs no room; the marks come next time. */
async function complete(deps: ReconcileDeps, row: ReceiptRow): Promise<void> {
  try {
    await markComplete(deps, row)
  } catch (error) {
    if (coreError(error).code !== 'storage_full') throw error
    if (row.kind === 'photo') await deps.db.bytes.delete(row.itemId)
  }
}

function markComplete({ db, now }: ReconcileDeps, row: ReceiptRow): Promise<void> {
  return db.transaction('rw', db.receipts, db.photos, db.bytes, db.thumbs, async () => {
    await db.receipts.update(row.itemId, { isComplete: true, item: null })
    if (row.kind !== 'photo') return
    await db.bytes.delete(row.itemId)
    await db.photos.update(row.itemId, { state: 'complete' })
    await db.thumbs.update(row.itemId, { keepUntil: thumbUntil(now()) })
  })
}

/** The server was set back to an older backup: what it had confirmed goes out once more, not at once. */
async function sendAgain(deps: ReconcileDeps, row: ReceiptRow): Promise<void> {
  const { item } = row
  if (!item) return
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_RESEND_MS * 2 ** Math.min(item.resends, 10))
  const at = deps.now()
  await putBack(deps.db, { ...item, attempts: 0, laters: 0, resends: item.resends + 1, notBefore: at + wait })
  await log(deps.db, at, 'sent_again', { kind: row.kind, id: row.itemId })
}

/** A person looks at it: red in the list, bytes kept. */
async function showDifference(deps: ReconcileDeps, row: ReceiptRow): Promise<void> {
  if (!row.item) return
  await putBack(deps.db, { ...row.item, isRefused: true, problem: { ...OTHER_CONTENT, status: null } })
  if (row.kind === 'photo') await deps.db.photos.update(row.itemId, { state: 'differs' })
  await log(deps.db, deps.now(), 'differs', { kind: row.kind, id: row.itemId })
}

/** Under its old seq: the order of its lane stays. */
function putBack(db: GridDb, item: OutboxItem): Promise<void> {
  return db.transaction('rw', db.outbox, db.receipts, db.photos, async () => {
    await db.outbox.put(item)
    await db.receipts.delete(item.itemId)
    if (item.kind === 'photo') await db.photos.update(item.itemId, { state: 'queued' })
  })
}

async function forgetOldProof({ db, now }: ReconcileDeps): Promise<void> {
  const before = now() - KEEP_PROOF_MS
  await db.receipts.where('acceptedAt').below(before).and((row) => row.isComplete).delete()
}

function chunks<T>(all: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))
}
