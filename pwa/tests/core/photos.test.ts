import { describe, expect, it } from 'vitest'
import { sha256Hex } from '@/core/hash'
import { createPhotos, THUMB_DAYS } from '@/core/photos/create'
import { draftReport, fakeImaging, newPhone, queueReport, takePhoto } from './phone'

const DAY = 24 * 60 * 60_000

describe('capture', () => {
  it('answers only after the bytes were read back, with their hash', async () => {
    const phone = newPhone()
    const position = { lat: 34.5, lon: 117.7, accuracyM: 12, at: 1 }
    const row = await phone.photos.capture(new Blob(['x'.repeat(2000)]), { role: 'before', source: 'camera', position })
    const kept = await phone.db.bytes.get(row.id)
    expect(kept!.bytes).toBeInstanceOf(ArrayBuffer)
    expect(await sha256Hex(kept!.bytes)).toBe(row.sha256)
    expect(row).toMatchObject({ size: 1600, lat: 34.5, accuracyM: 12, takenAt: phone.clock.at, state: 'kept' })
    expect((await phone.photos.thumb(row.id))!.size).toBe(320)
  })

  it('refuses and leaves nothing behind when what is read back has another hash', async () => {
    const phone = newPhone()
    phone.db.bytes.hook('reading', (kept) => ({ ...kept, bytes: new TextEncoder().encode('rotten').buffer }))
    await expect(takePhoto(phone)).rejects.toMatchObject({ code: 'photo_damaged' })
    expect(await phone.db.photos.count()).toBe(0)
    expect(await phone.db.bytes.count()).toBe(0)
  })

  it('says that the phone is full, and touches nothing that is there', async () => {
    const phone = newPhone()
    await queueReport(phone, 2)
    const full = () => {
      throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
    }
    phone.db.bytes.hook('creating', full)
    await expect(takePhoto(phone)).rejects.toMatchObject({ code: 'storage_full' })
    expect(await phone.db.bytes.count()).toBe(2)
    expect(await phone.db.photos.count()).toBe(2)
    expect(await phone.outbox.items()).toHaveLength(3)
  })

  it('refuses an empty picture', async () => {
    const phone = newPhone()
    const shrink = fakeImaging.shrink
    const nothing = { ...fakeImaging, shrink: async (blob: Blob) => ({ ...(await shrink(blob, 0, 1)), width: 1 }) }
    const photos = createPhotos({ db: phone.db, now: phone.clock.now, imaging: nothing })
    await expect(photos.capture(new Blob(['x']), { role: 'before', source: 'album' })).rejects.toMatchObject({
      code: 'not_an_image',
    })
  })

  it('opens the database once more when the browser has dropped it', async () => {
    const phone = newPhone()
    let times = 0
    phone.db.bytes.hook('creating', () => {
      times += 1
      if (times === 1) throw Object.assign(new Error('Connection to Indexed Database server lost'), { name: 'UnknownError' })
    })
    const id = await takePhoto(phone)
    expect(times).toBe(2)
    expect(await phone.photos.blob(id)).not.toBeNull()
  })
})

describe('afterwards', () => {
  it('stamps a copy and leaves the original as it was', async () => {
    const phone = newPhone()
    const id = await takePhoto(phone, 'before', 'hello')
    const before = await phone.photos.row(id)
    const copy = await phone.photos.stamped(id, ['2026-11-22 10:00', '张山子镇'])
    expect(await copy!.text()).toContain('2026-11-22 10:00|张山子镇')
    expect(await sha256Hex(await (await phone.photos.blob(id))!.arrayBuffer())).toBe(before!.sha256)
  })

  it('keeps the bytes of what waits in line, whatever the row of the photo or another draft says', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone)
    const photoId = draft.photoIds[0]!
    await phone.db.photos.update(photoId, { state: 'kept' })
    await phone.photos.remove(photoId)
    await phone.db.drafts.put({ ...draft, id: 'other' })
    await phone.drafts.remove('other')
    expect(await phone.photos.blob(photoId)).not.toBeNull()
  })

  it('keeps a photo that a second draft holds until that goes, too', async () => {
    const phone = newPhone()
    const draft = await draftReport(phone)
    await phone.db.drafts.put({ ...draft, id: 'other' })
    await phone.drafts.remove(draft.id)
    expect(await phone.photos.blob(draft.photoIds[0]!)).not.toBeNull()
    await phone.drafts.remove('other')
    expect(await phone.photos.blob(draft.photoIds[0]!)).toBeNull()
  })

  it('removes a photo of an open draft, never a queued one', async () => {
    const phone = newPhone()
    const loose = await takePhoto(phone)
    const { photoIds } = await queueReport(phone)
    await phone.photos.remove(loose)
    await phone.photos.remove(photoIds[0]!)
    expect(await phone.photos.row(loose)).toBeNull()
    expect(await phone.photos.blob(photoIds[0]!)).not.toBeNull()
  })

  it('keeps the thumbnail of a complete photo for thirty days, and unsent ones for ever', async () => {
    const phone = newPhone()
    const unsent = (await queueReport(phone)).photoIds[0]!
    const complete = (await queueReport(phone)).photoIds[0]!
    await phone.db.photos.update(complete, { state: 'complete' })
    await phone.db.thumbs.update(complete, { keepUntil: phone.clock.at + THUMB_DAYS * DAY })
    phone.clock.pass(29 * DAY)
    await phone.photos.purge()
    expect(await phone.photos.thumb(complete)).not.toBeNull()
    phone.clock.pass(2 * DAY)
    await phone.photos.purge()
    expect(await phone.photos.row(complete)).toBeNull()
    await phone.db.thumbs.update(unsent, { keepUntil: 0 })
    phone.clock.pass(400 * DAY)
    await phone.photos.purge()
    expect(await phone.photos.blob(unsent)).not.toBeNull()
  })
})
