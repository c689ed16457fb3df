import { describe, expect, it } from 'vitest'
import { draftReport, newPhone, queueReport, takePhoto } from './phone'
import { answers, lostAnswer, lostRequest, problem } from './server'

describe('taking back', () => {
  it('holds for five seconds and gives the draft back whole', async () => {
    const phone = newPhone()
    const draft = await draftReport(phone, 1)
    await phone.outbox.enqueueReport(draft)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0 })
    expect(phone.server.log).toEqual([])
    expect(await phone.outbox.withdraw(draft.id)).toMatchObject({ id: draft.id, photoIds: draft.photoIds })
    expect(await phone.outbox.items()).toEqual([])
    expect(await phone.drafts.load(draft.id)).toMatchObject({ kind: 'report' })
    expect(await phone.photos.row(draft.photoIds[0]!)).toMatchObject({ state: 'kept' })
    await phone.outbox.enqueueReport(draft)
    phone.clock.pass(5_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('comes too late once an attempt was made', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone)
    phone.server.faults = [lostAnswer]
    await phone.outbox.flush()
    expect(await phone.outbox.withdraw(draft.id)).toBeNull()
    expect(await phone.outbox.items()).toHaveLength(2)
  })

  it('gives a refused report back for 修改 and sends the new version under the same id', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone)
    phone.server.faults = [answers(422, problem('incomplete'))]
    await phone.outbox.flush()
    const [item] = await phone.outbox.items()
    const again = await phone.outbox.edit(item!.seq)
    expect(again).toMatchObject({ id: draft.id, kind: 'report' })
    if (again?.kind !== 'report') throw new Error('a report was edited')
    await phone.outbox.enqueueReport({ ...again, fields: { ...again.fields, note: '改好了' } })
    phone.clock.pass(5_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect(phone.server.stored.get(draft.id)!.body).toContain('改好了')
  })

  it('gives a new id to what the server knows with other content', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 0)
    phone.server.faults = [answers(409, problem('same_id_other_content'))]
    await phone.outbox.flush()
    const again = await phone.outbox.edit((await phone.outbox.items())[0]!.seq)
    expect(again!.id).not.toBe(draft.id)
    expect(again!.hazardId).toBe(again!.id)
  })

  it('gives the refused step of an on-site fix back, archiving included', async () => {
    const phone = newPhone()
    const photoIds = [await takePhoto(phone, 'before'), await takePhoto(phone, 'after')]
    const draft = phone.drafts.withFix({ ...phone.drafts.newReport({ category_code: 'fire' }), photoIds }, { rating: 4 })
    await phone.outbox.enqueueReport(draft)
    phone.clock.pass(5_000)
    phone.server.faults = [(next) => next(), answers(422, problem('incomplete'))]
    await phone.outbox.flush()
    const refused = (await phone.outbox.items()).find((item) => item.isRefused)
    const again = await phone.outbox.edit(refused!.seq)
    expect(again).toMatchObject({ kind: 'action', action: 'fix_on_site', photoIds: [photoIds[1]] })
    expect(await phone.outbox.items()).toEqual([])
    if (again?.kind !== 'action') throw new Error('a step was edited')
    await phone.outbox.enqueueAction(again)
    phone.clock.pass(5_000)
    await phone.outbox.flush()
    expect([draft.fix!.actionId, draft.fix!.archiveId].every((id) => phone.server.has(id))).toBe(true)
  })

  it('discards a refused report with its photos and its later steps, and nothing else', async () => {
    const phone = newPhone()
    const bad = await queueReport(phone, 1)
    await phone.outbox.enqueueAction(phone.drafts.newAction(bad.hazardId, 'comment', { note: '补充' }))
    const good = await queueReport(phone, 1)
    phone.server.faults = [answers(422, problem('invalid')), lostRequest]
    await phone.outbox.flush()
    const refused = (await phone.outbox.items()).find((item) => item.isRefused)
    await phone.outbox.discard(refused!.seq)
    const left = await phone.outbox.items()
    expect(left.every((item) => item.hazardId === good.hazardId)).toBe(true)
    expect(left).toHaveLength(2)
    expect(await phone.photos.row(bad.photoIds[0]!)).toBeNull()
    expect(await phone.photos.row(good.photoIds[0]!)).not.toBeNull()
  })

  it('parks a photo whose bytes rotted in the phone, and the report still goes', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 2)
    await phone.db.bytes.put({ photoId: draft.photoIds[0]!, bytes: new ArrayBuffer(3) })
    await phone.db.bytes.delete(draft.photoIds[1]!)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1, refused: 2 })
    expect((await phone.outbox.items()).map((item) => item.problem?.code)).toEqual(['photo_damaged', 'photo_missing'])
  })
})
