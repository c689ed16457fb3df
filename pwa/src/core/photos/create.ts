/** Photos in the phone: stored before anybody says so, never altered, gone only when the server has them. */
import { withReopen, type GridDb } from '@/core/db'
import { CoreError } from '@/core/errors'
import { sha256Hex } from '@/core/hash'
import { newId as mintId } from '@/core/id'
import type { PhotoRow } from '@/core/types'
import type { CaptureOptions, Photos, PhotosDeps, Picture } from './types'

export const FULL_EDGE = 1600
const FULL_QUALITY = 0.78
export const THUMB_EDGE = 320
const THUMB_QUALITY = 0.7
export const THUMB_DAYS = 30
const DAY_MS = 24 * 60 * 60_000

export function createPhotos(deps: PhotosDeps): Photos {
  return new PhotoShelf(deps)
}

/** When the thumbnail of a photo that the server has completely may go. */
export function thumbUntil(now: number): number {
  return now + THUMB_DAYS * DAY_MS
}

class PhotoShelf implements Photos {
  constructor(private readonly deps: PhotosDeps) {}

  async capture(blob: Blob, options: CaptureOptions): Promise<PhotoRow> {
    const { db, imaging } = this.deps
    const full = await imaging.shrink(blob, FULL_EDGE, FULL_QUALITY)
    if (full.bytes.byteLength === 0) throw new CoreError('not_an_image')
    const sha256 = await sha256Hex(full.bytes)
    const thumb = await imaging.shrink(blobOf(full), THUMB_EDGE, THUMB_QUALITY)
    const row = this.newRow(full, sha256, options)
    await withReopen(db, () => store(db, row, full, thumb))
    await this.readBack(row)
    return row
  }

  async row(photoId: string): Promise<PhotoRow | null> {
    return (await withReopen(this.deps.db, () => this.deps.db.photos.get(photoId))) ?? null
  }

  async blob(photoId: string): Promise<Blob | null> {
    const { db } = this.deps
    const [row, kept] = await withReopen(db, () => Promise.all([db.photos.get(photoId), db.bytes.get(photoId)]))
    return row && kept ? new Blob([kept.bytes], { type: row.type }) : null
  }

  async thumb(photoId: string): Promise<Blob | null> {
    const kept = await withReopen(this.deps.db, () => this.deps.db.thumbs.get(photoId))
    return kept ? new Blob([kept.bytes], { type: kept.type }) : null
  }

  async stamped(photoId: string, lines: string[]): Promise<Blob | null> {
    const original = await this.blob(photoId)
    return original && this.deps.imaging.stamp(original, lines)
  }

  async remove(photoId: string): Promise<void> {
    const { db } = this.deps
    await withReopen(db, () =>
      db.transaction('rw', db.photos, db.bytes, db.thumbs, db.outbox, async () => {
        if ((await db.photos.get(photoId))?.state !== 'kept' || (await inLine(db, [photoId])).has(photoId)) return
        await drop(db, photoId)
      }),
    )
  }

  async purge(): Promise<void> {
    const { db, now } = this.deps
    const gone = await db.thumbs.where('keepUntil').below(now()).primaryKeys()
    await db.transaction('rw', db.photos, db.bytes, db.thumbs, async () => {
      const rows = await db.photos.bulkGet(gone)
      const complete = rows.flatMap((row) => (row?.state === 'complete' ? [row.id] : []))
      for (const id of complete) await drop(db, id)
    })
  }

  /** The storage of a cheap phone is not believed: what was written is read and hashed again. */
  private async readBack(row: PhotoRow): Promise<void> {
    const { db } = this.deps
    const kept = await withReopen(db, () => db.bytes.get(row.id))
    if (kept && kept.bytes.byteLength === row.size && (await sha256Hex(kept.bytes)) === row.sha256) return
    await db.transaction('rw', db.photos, db.bytes, db.thumbs, () => drop(db, row.id)).catch(() => undefined)
    throw new CoreError('photo_damaged')
  }

  private newRow(full: Picture, sha256: string, options: CaptureOptions): PhotoRow {
    const { position, role, source } = options
    const now = this.deps.now()
    const where = position
      ? { lat: position.lat, lon: position.lon, accuracyM: position.accuracyM }
      : { lat: null, lon: null, accuracyM: null }
    return {
      id: (this.deps.newId ?? mintId)(),
      hazardId: null,
      role,
      source,
      sha256,
      size: full.bytes.byteLength,
      type: full.type,
      width: full.width,
      height: full.height,
      takenAt: options.takenAt ?? now,
      ...where,
      state: 'kept',
      createdAt: now,
    }
  }
}

function store(db: GridDb, row: PhotoRow, full: Picture, thumb: Picture): Promise<void> {
  return db.transaction('rw', db.photos, db.bytes, db.thumbs, async () => {
    await db.bytes.put({ photoId: row.id, bytes: full.bytes })
    await db.thumbs.put({ photoId: row.id, bytes: thumb.bytes, type: thumb.type, keepUntil: null })
    await db.photos.put(row)
  })
}

/** What waits to be sent needs its bytes, whatever the photo's own row says. Call inside a transaction. */
export async function inLine(db: GridDb, photoIds: string[]): Promise<Set<string>> {
  const items = await db.outbox.where('itemId').anyOf(photoIds).toArray()
  return new Set(items.map((item) => item.itemId))
}

async function drop(db: GridDb, photoId: string): Promise<void> {
  await Promise.all([db.photos.delete(photoId), db.bytes.delete(photoId), db.thumbs.delete(photoId)])
}

function blobOf(picture: Picture): Blob {
  return new Blob([picture.bytes], { type: picture.type })
}
