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
  const counts = () => phone.outbox.counts()
  return { asked, ...createReconcile({ db: phone.db, now: phone.clock.now, ask, counts, appVersion: '1.2.3' }) }
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
      counts: () => phone.outbox.counts(),
      appVersion: '',
    })
    expect(await reconcile()).toBe(false)
    expect(await phone.db.receipts.filter((row) => row.isComplete).count()).toBe(0)
  })
})
