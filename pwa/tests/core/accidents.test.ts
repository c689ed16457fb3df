import { describe, expect, it } from 'vitest'
import type { AccidentClock, ReportAccident, SupplementAccident } from '@/contract'
import type { AccidentDraft } from '@/core/types'
import { clockWords, withAccident } from '@/ui/accidents'
import { newPhone, type Phone } from './phone'
import { answers, lostAnswer, problem } from './server'

const save = (phone: Phone, draft: AccidentDraft): Promise<AccidentDraft> => phone.drafts.save(draft)

describe('an accident in the outbox', () => {
  it('goes before everything that stood in line, with the kind alone', async () => {
    const phone = newPhone()
    await phone.outbox.enqueueReport(await phone.drafts.save(phone.drafts.newReport({ category_code: 'fire', no_photo_reason: '着火了' })))
    const draft = await save(phone, phone.drafts.newAccident({ kind: 'fire' }))
    await phone.outbox.enqueueAccident(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [lostAnswer]
    await phone.outbox.flush()
    expect([...phone.server.stored.keys()][0]).toBe(draft.id)
    phone.clock.pass(60_000)
    await phone.outbox.flush(true)
    expect(await phone.outbox.items()).toEqual([])
    expect(phone.server.strangers).toBe(0)
    const body = JSON.parse(phone.server.stored.get(draft.id)!.body!) as ReportAccident
    expect(body).toMatchObject({ contract: 2, kind: 'fire', photos: [] })
  })

  it('is added to in its own lane, behind the first report, without saying again where it is', async () => {
    const phone = newPhone()
    const first = await save(phone, phone.drafts.newAccident({ kind: 'fall', grid_id: 'g1' }))
    await phone.outbox.enqueueAccident(first)
    const more = await save(phone, phone.drafts.newAccident({ dead: 1, grid_id: 'g1', position: { lat: 34.5, lon: 117.7, source: 'gps' } }, first.id))
    await phone.outbox.enqueueAccident(more)
    const [, item] = await phone.outbox.items()
    expect(item).toMatchObject({ kind: 'accident_report', lane: first.id, path: `/api/accidents/${first.id}/reports/${more.id}` })
    const body = JSON.parse(item!.body!) as SupplementAccident
    expect(body).toMatchObject({ report: 'supplement', dead: 1 })
    for (const ground of ['grid_id', 'position']) expect(body).not.toHaveProperty(ground)
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect([...phone.server.stored.keys()]).toEqual([first.id, more.id])
  })

  it('refused as a stranger, what is added keeps to its accident under a new id', async () => {
    const phone = newPhone()
    const more = await save(phone, phone.drafts.newAccident({ injured: 2 }, 'known'))
    await phone.outbox.enqueueAccident(more)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(409, problem('same_id_other_content'))]
    await phone.outbox.flush()
    const [item] = await phone.outbox.items()
    const again = await phone.outbox.edit(item!.seq)
    expect(again).toMatchObject({ kind: 'accident', hazardId: 'known' })
    expect(again!.id).not.toBe(more.id)
  })
})

describe('the clocks in words', () => {
  const due_at = '2026-11-26T05:00:00Z'
  const at = (minutes: number): number => Date.parse(due_at) + minutes * 60_000
  const clock = (status: AccidentClock['status'], ended_at: string | null = null): AccidentClock => ({ hop: 'to_county', started_at: null, due_at, ended_at, status })

  it('say how much is left and by how much it is late', () => {
    expect(clockWords(clock('running'), at(-23))).toMatchObject({ key: 'accident.clock.left', length: { key: 'accident.minutes', params: { m: 23 } } })
    expect(clockWords(clock('running'), at(40))).toMatchObject({ key: 'accident.clock.late', length: { params: { m: 40 } }, tone: 'late' })
    expect(clockWords(clock('late'), at(125))).toMatchObject({ length: { key: 'accident.hours', params: { h: 2, m: 5 } } })
    expect(clockWords(clock('missed', '2026-11-27T08:00:00Z'), 0)).toMatchObject({ length: { key: 'accident.days', params: { d: 1, h: 3 } } })
    expect(clockWords(clock('met', due_at), 0)).toMatchObject({ key: 'accident.clock.met', tone: 'done' })
  })
  it('a notice says the kind in the language of the page', () => {
    expect(withAccident({ accident_kind: 'fire' }, (key) => key)).toEqual({ accident_kind: 'fire', what: 'accident.kind.fire' })
    expect(withAccident({ place: '井' }, (key) => key)).toEqual({ place: '井' })
  })
})
