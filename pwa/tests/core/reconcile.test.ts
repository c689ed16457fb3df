import { describe, expect, it } from 'vitest'
import type { Holdings, Reconciliation } from '@/contract'
import { createReconcile } from '@/core/reconcile'
import { newPhone, queueReport, type Phone } from './phone'

function reconciler(phone: Phone, status: (id: string) => string) {
  const asked: Holdings[] = []
  const ask = (holdings: Holdings): Promise<Reconciliation | null> => {
    asked.push(holdings)
    const items = holdings.items.map((item) => ({ kind: item.kind, id: item.id, status: status(item.id) }))
    return Promise.resolve({ items, server_time: '' })
  }
  const { db, outbox } = phone
  return { asked, ...createReconcile({ db, now: phone.clock.now, ask, outbox, appVersion: '1.2.3' }) }
}

/** From now on every write is refused; what only deletes is not. Answers the way back. */
function fillUp({ db }: Phone): () => void {
  const noRoom = (): never => {
    throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
  }
  const hooks = db.tables.flatMap((table) => [table.hook('creating'), table.hook('updating')])
  for (const hook of hooks) hook.subscribe(noRoom)
  return () => hooks.forEach((hook) => hook.unsubscribe(noRoom))
}

async function sentReport(phone: Phone, photos = 1) {
  const draft = await queueReport(phone, photos)
  await phone.outbox.flush()
  return draft
}

describe('reconcile', () => {
  it('keeps the bytes on `received` and lets them go only on `complete`', async () => {
    const phone = newPhone()
    const photoId = (await sentReport(phone)).photoIds[0]!
    await reconciler(phone, () => 'received').reconcile()
    expect(await phone.photos.blob(photoId)).not.toBeNull()
    await reconciler(phone, () => 'complete').reconcile()
    expect(await phone.photos.blob(photoId)).toBeNull()
    expect(await phone.photos.thumb(photoId)).not.toBeNull()
    expect(await phone.photos.row(photoId)).toMatchObject({ state: 'complete' })
    const after = reconciler(phone, () => 'complete')
    await after.reconcile()
    expect(after.asked[0]!.items).toEqual([])
  })

  it('tells how much waits and since when, also when it holds nothing', async () => {
    const phone = newPhone()
    const { asked, reconcile } = reconciler(phone, () => 'complete')
    await reconcile()
    await queueReport(phone, 2)
    await reconcile()
    expect(asked[0]).toMatchObject({ unsent_count: 0, oldest_unsent_at: null, app_version: '1.2.3' })
    expect(asked[1]).toMatchObject({ unsent_count: 1, oldest_unsent_at: '2026-11-22T02:00:00.000Z' })
  })

  it('asks for the hash of the body as it was sent', async () => {
    const phone = newPhone()
    const draft = await sentReport(phone)
    const { asked, reconcile } = reconciler(phone, () => 'received')
    await reconcile()
    const hazard = asked[0]!.items.find((item) => item.kind === 'hazard')
    expect(hazard).toEqual({ kind: 'hazard', id: draft.id, sha256: phone.server.stored.get(draft.id)!.sha256 })
  })

  it('sends again what a restored server has forgotten, after a while, under the same ids', async () => {
    const phone = newPhone()
    const draft = await sentReport(phone)
    phone.server.stored.clear()
    await reconciler(phone, () => 'unknown').reconcile()
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0 })
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect([...phone.server.stored.keys()].sort()).toEqual([draft.id, draft.photoIds[0]!].sort())
    await reconciler(phone, () => 'unknown').reconcile()
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0 })
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('shows what differs to a person and keeps the bytes', async () => {
    const phone = newPhone()
    const draft = await sentReport(phone)
    await reconciler(phone, (id) => (id === draft.id ? 'complete' : 'differs')).reconcile()
    expect(await phone.outbox.items()).toMatchObject([
      { kind: 'photo', isRefused: true, problem: { code: 'same_id_other_content' } },
    ])
    expect(await phone.photos.blob(draft.photoIds[0]!)).not.toBeNull()
  })

  it('asks in pages of five hundred', async () => {
    const phone = newPhone()
    const receipt = { id: '', sha256: '', seq: 1, received_at: '', mac: '' }
    const rows = Array.from({ length: 1201 }, (_, n) => ({
      itemId: `id-${String(n)}`,
      kind: 'photo' as const,
      hazardId: 'h',
      sha256: '',
      receipt,
      acceptedAt: phone.clock.at,
      item: null,
      isComplete: false,
    }))
    await phone.db.receipts.bulkPut(rows)
    const { asked, reconcile } = reconciler(phone, () => 'received')
    expect(await reconcile()).toBe(true)
    expect(asked.map((each) => each.items.length)).toEqual([500, 500, 201])
  })

  it('changes nothing when it gets no answer', async () => {
    const phone = newPhone()
    await sentReport(phone)
    const { reconcile } = createReconcile({
      db: phone.db,
      now: phone.clock.now,
      ask: () => Promise.resolve(null),
      outbox: phone.outbox,
      appVersion: '',
    })
    expect(await reconcile()).toBe(false)
    expect(await phone.db.receipts.filter((row) => row.isComplete).count()).toBe(0)
  })
})

describe('reconcile on a phone without room for a receipt', () => {
  it('lets go what the server has completely, and notes the receipts when there is room', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 2)
    const makeRoom = fillUp(phone)
    await sentFromFull(phone, 3)
    expect(await phone.outbox.items()).toHaveLength(3)
    await reconciler(phone, () => 'complete').reconcile()
    expect(await phone.outbox.items()).toEqual([])
    for (const table of [phone.db.photos, phone.db.bytes, phone.db.thumbs]) expect(await table.count()).toBe(0)
    expect(await phone.db.receipts.count()).toBe(0)
    makeRoom()
    await phone.outbox.flush()
    const receipts = await phone.db.receipts.toArray()
    expect(receipts.map((row) => row.itemId).sort()).toEqual([draft.id, ...draft.photoIds].sort())
    expect(receipts.every((row) => row.isComplete && row.item === null)).toBe(true)
  })

  it('keeps everything as long as the server says `received`', async () => {
    const phone = newPhone()
    await queueReport(phone, 1)
    fillUp(phone)
    await sentFromFull(phone, 2)
    await reconciler(phone, () => 'received').reconcile()
    expect(await phone.outbox.items()).toHaveLength(2)
    expect(await phone.db.bytes.count()).toBe(1)
  })

  it('sends again what the server has forgotten meanwhile', async () => {
    const phone = newPhone()
    await queueReport(phone, 1)
    fillUp(phone)
    await sentFromFull(phone, 2)
    phone.server.stored.clear()
    await reconciler(phone, () => 'unknown').reconcile()
    await sentFromFull(phone, 2)
    expect(phone.server.stored.size).toBe(2)
  })

  it('lets the bytes of noted photos go although the mark does not fit', async () => {
    const phone = newPhone()
    await sentReport(phone)
    const makeRoom = fillUp(phone)
    expect(await reconciler(phone, () => 'complete').reconcile()).toBe(true)
    expect(await phone.db.bytes.count()).toBe(0)
    expect(await phone.db.receipts.filter((row) => row.isComplete).count()).toBe(0)
    makeRoom()
    await reconciler(phone, () => 'complete').reconcile()
    expect(await phone.db.receipts.filter((row) => !row.isComplete).count()).toBe(0)
  })

  async function sentFromFull(phone: Phone, items: number): Promise<void> {
    expect(await phone.outbox.flush()).toMatchObject({ accepted: items })
  }
})
