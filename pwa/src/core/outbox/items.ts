/** Rows of the queue: the exact text that will be sent with its hash, and each photo by itself. */
import { CONTRACT, type AnswerInstruction, type CollectObject, type DelayTask, type HazardAction, type MakeAppeal, type MakeVisit, type PhotoPromise, type RecordErrand, type ReportAccident, type ReportHazard, type SupplementAccident } from '@/contract'
import type { GridDb } from '@/core/db'
import { CoreError } from '@/core/errors'
import { sha256Hex } from '@/core/hash'
import type { Draft, ItemKind, OutboxItem, PhotoRow } from '@/core/types'

export type NewItem = Omit<OutboxItem, 'seq'>

export interface Composer {
  db: GridDb
  personId: string
  now: number
}

/** Time in which 撤回 is certain. */
export const HOLD_MS = 5_000

interface JsonParts {
  kind: Exclude<ItemKind, 'photo'>
  itemId: string
  hazardId: string
  draftId: string
  path: string
  body: ReportHazard | HazardAction | MakeVisit | DelayTask | CollectObject | ReportAccident | SupplementAccident | AnswerInstruction | RecordErrand | MakeAppeal
  draft: Draft | null
}

export async function jsonItem(composer: Composer, parts: JsonParts): Promise<NewItem> {
  const text = JSON.stringify(parts.body)
  return {
    ...fresh(composer),
    ...parts,
    lane: parts.hazardId,
    action: 'action' in parts.body ? parts.body.action : null,
    body: text,
    sha256: await sha256Hex(text),
    size: new TextEncoder().encode(text).length,
    afterItemId: null,
  }
}

/** Each photo is a lane of its own: one that is refused does not stop its neighbours. */
export function photoItem(composer: Composer, row: PhotoRow, owner: NewItem): NewItem {
  return {
    ...fresh(composer),
    kind: 'photo',
    itemId: row.id,
    hazardId: owner.hazardId,
    draftId: owner.draftId,
    lane: `photo:${row.id}`,
    path: `/api/photos/${row.id}`,
    action: null,
    body: null,
    sha256: row.sha256,
    size: row.size,
    afterItemId: owner.itemId,
    draft: null,
  }
}

function fresh(composer: Composer) {
  return {
    personId: composer.personId,
    contract: CONTRACT,
    createdAt: composer.now,
    holdUntil: composer.now + HOLD_MS,
    notBefore: 0,
    retryAfterUntil: 0,
    attempts: 0,
    laters: 0,
    resends: 0,
    isRefused: false,
    problem: null,
    lastError: null,
  }
}

/** Rows in the order of the draft; every photo must be here with its bytes. Raises photo_gone. */
export async function photosOf(db: GridDb, ids: string[]): Promise<PhotoRow[]> {
  const rows = await db.photos.bulkGet(ids)
  const withBytes = new Set(await db.bytes.where('photoId').anyOf(ids).primaryKeys())
  return rows.map((row) => {
    if (!row || (row.state === 'kept' && !withBytes.has(row.id))) throw new CoreError('photo_gone')
    return row
  })
}

export function promise(row: PhotoRow): PhotoPromise {
  return {
    photo_id: row.id,
    sha256: row.sha256,
    size: row.size,
    role: row.role,
    source: row.source,
    taken_at: iso(row.takenAt),
    lat: row.lat,
    lon: row.lon,
    accuracy_m: row.accuracyM,
  }
}

export function iso(at: number): string {
  return new Date(at).toISOString()
}
