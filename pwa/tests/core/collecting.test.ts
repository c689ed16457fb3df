import { describe, expect, it } from 'vitest'
import type { CollectObject, ObjectView } from '@/contract'
import type { CollectDraft } from '@/core/types'
import { newPhone, type Phone } from './phone'
import { answers, lostAnswer, lostRequest, problem } from './server'

const POSITION = { lat: 34.56, lon: 117.73, accuracy_m: 12, source: 'gps' as const }
const draftShop = (phone: Phone, objectId?: string): Promise<CollectDraft> => {
  const fields = { kind: 'three_small_place', name: '老王修车铺', grid_id: 'g1', address: '运河街 12 号' } as const
  return phone.drafts.save({ ...phone.drafts.newCollection(fields, objectId), position: POSITION })
}

describe('a collected place in the outbox', () => {
  it('goes out whole, in the lane of its object, and the draft is gone', async () => {
    const phone = newPhone()
    const draft = await draftShop(phone)
    await phone.outbox.enqueueCollection(draft)
    const [item] = await phone.outbox.items()
    expect(item).toMatchObject({ kind: 'collection', lane: draft.hazardId, path: `/api/objects/${draft.hazardId}/collections/${draft.id}` })
    expect(await phone.drafts.list()).toEqual([])
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1, refused: 0 })
    const body = JSON.parse(phone.server.stored.get(draft.id)!.body!) as CollectObject
    expect(body).toMatchObject({ contract: 2, kind: 'three_small_place', name: '老王修车铺', grid_id: 'g1', position: POSITION })
    expect(await phone.db.receipts.get(draft.id)).toMatchObject({ kind: 'collection' })
  })

  it('arrives once, whatever is lost on the way', async () => {
    const phone = newPhone()
    const draft = await draftShop(phone)
    await phone.outbox.enqueueCollection(draft)
    await phone.outbox.enqueueCollection(draft) // a second tap
    phone.server.faults = [lostAnswer, lostRequest, lostAnswer]
    for (let turn = 0; turn < 8; turn += 1) {
      phone.clock.pass(60_000)
      await phone.outbox.flush(true)
    }
    expect(await phone.outbox.items()).toEqual([])
    expect([phone.server.stored.size, phone.server.strangers]).toEqual([1, 0])
  })

  it('stands in the ledger of the phone as the server has it', async () => {
    const phone = newPhone()
    const draft = await draftShop(phone)
    await phone.db.objects.put({ id: draft.hazardId, return_reason: '门牌号不对' } as ObjectView)
    await phone.outbox.enqueueCollection(draft)
    phone.clock.pass(6_000)
    const object = { id: draft.hazardId, name: '老王修车铺', return_reason: null }
    phone.server.faults = [async (next) => Response.json({ ...((await (await next()).json()) as object), object })]
    await phone.outbox.flush()
    expect(await phone.db.objects.toArray()).toEqual([object])
  })

  it('refused as a stranger, it is mended under a new id of the same object', async () => {
    const phone = newPhone()
    const draft = await draftShop(phone, 'shop')
    await phone.outbox.enqueueCollection(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(409, problem('same_id_other_content'))]
    expect(await phone.outbox.flush()).toMatchObject({ refused: 1 })
    const again = (await phone.outbox.edit((await phone.outbox.items())[0]!.seq)) as CollectDraft
    expect(again).toMatchObject({ kind: 'collect', hazardId: 'shop', position: POSITION, fields: { name: '老王修车铺' } })
    expect(again.id).not.toBe(draft.id)
  })

  it('is taken back within the time of 撤回', async () => {
    const phone = newPhone()
    const draft = await draftShop(phone)
    await phone.outbox.enqueueCollection(draft)
    expect(await phone.outbox.withdraw(draft.id)).toMatchObject({ id: draft.id, kind: 'collect' })
    expect(await phone.outbox.items()).toEqual([])
  })
})
