/** Unsent records as one file: the way out when a phone cannot send. Idempotent on the other side. */
import { withReopen, type GridDb } from '@/core/db'
import { fromBase64, sha256Hex, toBase64 } from '@/core/hash'
import { underWay } from '@/core/outbox/compose'
import type { Draft, OutboxItem, PhotoRow } from '@/core/types'

export interface RescueItem {
  seq: number
  kind: OutboxItem['kind']
  id: string
  path: string
  body: string | null
  sha256: string
  item: OutboxItem
}

export interface RescuePhoto {
  id: string
  sha256: string
  size: number
  type: string
  base64: string
  row: PhotoRow
}

export interface RescueFile {
  v: 1
  exported_at: string
  person: { id: string; name: string }
  items: RescueItem[]
  photos: RescuePhoto[]
  drafts: Draft[]
}

export interface RescuePerson {
  id: string
  name: string
}

export type RescueResult =
  | { ok: true; added: number; known: number }
  | { ok: false; problem: 'wrong_person' | 'unreadable'; name: string }

/** Written piece by piece: a hundred photos as one string would not fit into a cheap phone. */
export async function exportFrom(db: GridDb, person: RescuePerson, now: number): Promise<Blob> {
  const [items, drafts] = await withReopen(db, () => Promise.all([db.outbox.toArray(), db.drafts.toArray()]))
  const unsent = items.filter((item) => item.kind === 'photo').map((item) => item.itemId)
  const ids = [...new Set([...unsent, ...drafts.flatMap((draft) => draft.photoIds)])]
  const head = { v: 1, exported_at: new Date(now).toISOString(), person }
  const parts: BlobPart[] = [
    `${JSON.stringify(head).slice(0, -1)},"items":${JSON.stringify(items.map(lineOf))},`,
    `"drafts":${JSON.stringify(drafts)},"photos":[`,
  ]
  let isFirst = true
  for (const id of ids) {
    const photo = await photoOf(db, id)
    if (!photo) continue
    parts.push(new Blob([isFirst ? '' : ',', JSON.stringify(photo)]))
    isFirst = false
  }
  return new Blob([...parts, ']}'], { type: 'application/json' })
}

function lineOf(item: OutboxItem): RescueItem {
  const { seq, kind, itemId, path, body, sha256 } = item
  return { seq, kind, id: itemId, path, body, sha256, item }
}

async function photoOf(db: GridDb, id: string): Promise<RescuePhoto | null> {
  const [row, kept] = await Promise.all([db.photos.get(id), db.bytes.get(id)])
  if (!row || !kept) return null
  const { sha256, size, type } = row
  return { id, sha256, size, type, base64: toBase64(kept.bytes), row }
}

/** Takes a file of the same person in. What is here already stays as it is; nothing is sent as another. */
export async function importInto(db: GridDb, personId: string, file: Blob, now: number): Promise<RescueResult> {
  const rescue = await read(file)
  if (!rescue) return { ok: false, problem: 'unreadable', name: '' }
  if (rescue.person.id !== personId) return { ok: false, problem: 'wrong_person', name: rescue.person.name }
  const pictures = rescue.photos.map((photo) => ({ ...photo, bytes: fromBase64(photo.base64) }))
  for (const picture of pictures) {
    if ((await sha256Hex(picture.bytes)) !== picture.sha256) return { ok: false, problem: 'unreadable', name: '' }
  }
  return withReopen(db, () => store(db, rescue, pictures, now))
}

type Decoded = RescuePhoto & { bytes: ArrayBuffer }

function store(db: GridDb, rescue: RescueFile, pictures: Decoded[], now: number): Promise<RescueResult> {
  const tables = [db.outbox, db.receipts, db.photos, db.bytes, db.drafts]
  return db.transaction('rw', tables, async () => {
    const items = [...rescue.items].sort((a, b) => a.seq - b.seq).map((line) => line.item)
    const ids = items.map((item) => item.itemId)
    const known = await underWay(db, ids)
    const fresh = items.filter((item) => !known.has(item.itemId))
    await db.outbox.bulkAdd(fresh.map((item) => renumbered(item, now)) as OutboxItem[])
    for (const picture of pictures) {
      if (await db.photos.get(picture.id)) continue
      await db.photos.put(picture.row)
      await db.bytes.put({ photoId: picture.id, bytes: picture.bytes })
    }
    for (const draft of rescue.drafts) if (!(await db.drafts.get(draft.id))) await db.drafts.put(draft)
    return { ok: true as const, added: fresh.length, known: items.length - fresh.length }
  })
}

/** This phone gives its own seq; attempts stay, for the other phone may have sent it. */
function renumbered(item: OutboxItem, now: number): Omit<OutboxItem, 'seq'> {
  const { seq: _seq, ...rest } = item
  return { ...rest, holdUntil: Math.min(item.holdUntil, now), notBefore: 0, retryAfterUntil: 0 }
}

async function read(file: Blob): Promise<RescueFile | null> {
  try {
    const rescue = JSON.parse(await file.text()) as Partial<RescueFile>
    const isWhole = rescue.v === 1 && Array.isArray(rescue.items) && Array.isArray(rescue.photos)
    return isWhole && typeof rescue.person?.id === 'string' ? ({ drafts: [], ...rescue } as RescueFile) : null
  } catch {
    return null
  }
}
