import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { MakeVisit } from '@/contract'
import { asked, type Facts, type Rule } from '@/core/visits/applying'
import { spots } from '@/core/visits/spots'
import { sha256Hex } from '@/core/hash'
import type { ReportDraft, VisitDraft } from '@/core/types'
import { newPhone, takePhoto } from './phone'
import { lostAnswer, lostRequest, answers, problem } from './server'
import { draftVisit, TASK } from './visit'

const CODES = Array.from({ length: 11 }, (_, n) => `SQ-${String(n + 1).padStart(2, '0')}`)

describe('spots', () => {
  it('draws what the server draws (tests/services/test_visits.py has the same examples)', () => {
    expect(spots('01890000-0000-7000-8000-000000000001', CODES)).toEqual(['SQ-01', 'SQ-02'])
    expect(spots('01a214f8-a633-7081-8e90-e157ab66e5ce', CODES)).toEqual(['SQ-07', 'SQ-01'])
    expect(spots('01890000-0000-7000-8000-000000000001', ['A-1'])).toEqual(['A-1'])
  })
})

describe('whom a question is meant for', () => {
  const { rules, cases } = JSON.parse(readFileSync('../tests/applying.json', 'utf8')) as {
    rules: Record<string, Rule>
    cases: { what: string; place: Facts | null; members: Facts[]; asked: string[]; only?: string[] }[]
  }
  it.each(cases)('is what the server says: $what', ({ place, members, asked: meant, only }) => {
    const items = (only ?? Object.keys(rules)).map((code) => ({ code, applies_to: rules[code]! }))
    expect(asked(items, place, members).map(({ code }) => code)).toEqual(meant)
  })
  it('goes by what a phone has kept from the release before', () => {
    expect(asked([{ applies_to: { kinds: ['ferry'], is_key: true, divisions: ['H62'] } }, { applies_to: {} }], {})).toHaveLength(2)
  })
})

const hazardOf = (draft: VisitDraft): ReportDraft => draft.answers[2]!.finding!

/** A word and a photo more about its hazard, as the page puts them. */
function saidMore(draft: VisitDraft, photoId: string): VisitDraft {
  const found = hazardOf(draft)
  const more = { ...found, fields: { ...found.fields, note: '又堵了' }, photoIds: [...found.photoIds, photoId] }
  return { ...draft, answers: draft.answers.map((one) => (one.finding?.id === found.id ? { ...one, finding: more } : one)) }
}

describe('a visit in the outbox', () => {
  it('goes out with its hazard and photo, and the task leaves the list', async () => {
    const phone = newPhone()
    await phone.db.tasks.put(TASK)
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    expect((await phone.outbox.items()).map((item) => item.kind)).toEqual(['visit', 'hazard', 'photo'])
    expect(await phone.drafts.list()).toEqual([])
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 3, refused: 0 })
    const body = JSON.parse(phone.server.stored.get(draft.id)!.body!) as MakeVisit
    expect(body).toMatchObject({ task_id: 'task-1', object_id: 'shop', rest_fine: true, position: null })
    expect(body.answers?.[2]).toEqual({ code: 'SQ-05', answer: 'issue', member_id: null, note: '', hazard_id: draft.answers[2]!.finding!.id })
    expect(phone.server.has(draft.answers[2]!.finding!.id)).toBe(true)
    expect(await phone.db.tasks.toArray()).toEqual([])
    const photo = await phone.db.photos.get(draft.photoIds[0]!)
    expect(photo).toMatchObject({ state: 'received', hazardId: draft.answers[2]!.finding!.id })
  })

  it('arrives once, whatever is lost on the way', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    await phone.outbox.enqueueVisit(draft) // a second tap
    phone.server.faults = [lostAnswer, lostRequest, lostAnswer]
    for (let turn = 0; turn < 8; turn += 1) {
      phone.clock.pass(60_000)
      await phone.outbox.flush(true)
    }
    expect(await phone.outbox.items()).toEqual([])
    expect(phone.server.stored.size).toBe(3)
    expect(phone.server.strangers).toBe(0)
  })

  it('is taken back whole within the time of 撤回, findings included', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    expect(await phone.outbox.withdraw(draft.id)).toMatchObject({ id: draft.id, kind: 'visit' })
    expect(await phone.outbox.items()).toEqual([])
    expect((await phone.db.photos.get(draft.photoIds[0]!))?.state).toBe('kept')
    expect((await phone.drafts.load(draft.id))?.kind).toBe('visit')
  })

  it('refused, it stops nothing of what it has found, and can be mended', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(422, problem('incomplete'))]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2, refused: 1 })
    const [left] = await phone.outbox.items()
    const again = (await phone.outbox.edit(left!.seq)) as VisitDraft
    expect([again.id, again.answers[2]!.isHandedIn]).toEqual([draft.id, true])
    await phone.outbox.enqueueVisit(again)
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
    expect(phone.server.stored.size).toBe(3)
  })

  it('is taken back whole by 修改, too, while nothing of it has been on the wire', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit] = await phone.outbox.items()
    expect(await phone.outbox.edit(visit!.seq)).toMatchObject({ id: draft.id })
    expect(await phone.outbox.items()).toEqual([])
    await phone.drafts.remove(draft.id)
    expect(await phone.db.bytes.count()).toBe(0)
    phone.clock.pass(6_000)
    await phone.outbox.flush()
    expect(phone.server.stored.size).toBe(0)
  })

  it('edited and thrown away, it takes no photo from a hazard that is still in line', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(422, problem('incomplete')), lostRequest]
    await phone.outbox.flush()
    const [visit, ...rest] = await phone.outbox.items()
    expect(rest.map(({ kind }) => kind)).toEqual(['hazard', 'photo'])
    expect(await phone.outbox.edit(visit!.seq)).toMatchObject({ id: draft.id })
    expect(await phone.db.photos.get(draft.photoIds[0]!)).toMatchObject({ state: 'queued' })
    await phone.photos.remove(draft.photoIds[0]!)
    await phone.drafts.remove(draft.id)
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 2, refused: 0 })
    expect(phone.server.has(draft.photoIds[0]!)).toBe(true)
  })

  it('edited and handed in again, its 撤回 leaves the photo of a hazard that has arrived', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(422, problem('incomplete')), (next) => next(), lostRequest]
    await phone.outbox.flush()
    const again = await phone.outbox.edit((await phone.outbox.items())[0]!.seq)
    await phone.outbox.enqueueVisit(again as VisitDraft)
    expect(await phone.outbox.withdraw(draft.id)).toMatchObject({ id: draft.id })
    expect((await phone.outbox.items()).map(({ kind }) => kind)).toEqual(['photo'])
    await phone.drafts.remove(draft.id)
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 1, refused: 0 })
  })

  it('changed with its hazard still in line, it is handed in again and the hazard goes once, as it was said first', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(422, problem('incomplete')), lostRequest]
    await phone.outbox.flush()
    const again = (await phone.outbox.edit((await phone.outbox.items())[0]!.seq)) as VisitDraft
    const changed = again.answers.map((one) => (one.finding ? { ...one, finding: { ...one.finding, occurredAt: phone.clock.now() } } : one))
    await phone.outbox.enqueueVisit({ ...again, answers: changed, occurredAt: phone.clock.now() })
    expect(await phone.drafts.list()).toEqual([])
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 3, refused: 0 })
    expect(phone.server.strangers).toBe(0)
  })

  it('refused before its hazard was tried, it comes back whole, and what is added to the hazard arrives', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit] = await phone.outbox.items()
    await phone.db.outbox.update(visit!.seq, { attempts: 1, isRefused: true })
    const again = (await phone.outbox.edit(visit!.seq)) as VisitDraft
    expect([again, await phone.outbox.items()]).toEqual([draft, []])
    const more = await takePhoto(phone)
    await phone.outbox.enqueueVisit(saidMore(again, more))
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 4, refused: 0 })
    expect([phone.server.has(more), phone.server.stored.get(hazardOf(draft).id)!.body]).toEqual([true, expect.stringContaining('又堵了')])
  })

  it.each([['its way there', lostRequest], ['the answer', lostAnswer]])('refused while a hazard lost %s, it comes back with that marked and the next one whole', async (_word, fault) => {
    const phone = newPhone()
    const whole = await draftVisit(phone)
    const other = phone.drafts.newReport({ category_code: 'gas', note: '软管老化' })
    const draft = { ...whole, answers: [...whole.answers, { ...whole.answers[2]!, code: 'SQ-06', finding: other }] }
    await phone.outbox.enqueueVisit(draft)
    phone.clock.pass(6_000)
    phone.server.faults = [answers(422, problem('incomplete')), fault]
    await phone.outbox.flush() // without a network after the first hazard: the second has not been tried
    const again = (await phone.outbox.edit((await phone.outbox.items())[0]!.seq)) as VisitDraft
    expect(again.answers.map((one) => one.isHandedIn)).toEqual([undefined, undefined, true, undefined])
    expect((await phone.outbox.items()).map(({ kind, draftId }) => [kind, draftId])).toEqual(['hazard', 'photo'].map((kind) => [kind, hazardOf(draft).id]))
    await phone.outbox.enqueueVisit(saidMore(again, 'a photo that nobody can take any more'))
    phone.clock.pass(60_000)
    await phone.outbox.flush(true)
    expect([await phone.outbox.items(), phone.server.stored.size, phone.server.strangers]).toEqual([[], 4, 0])
  })

  it('brings its hazard back as that was changed by itself meanwhile', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit, hazard] = await phone.outbox.items()
    const own = (await phone.outbox.edit(hazard!.seq)) as ReportDraft
    const more = await takePhoto(phone)
    await phone.outbox.enqueueReport({ ...own, fields: { ...own.fields, note: '又堵了' }, photoIds: [...own.photoIds, more] })
    const again = (await phone.outbox.edit(visit!.seq)) as VisitDraft
    expect([hazardOf(again).fields.note, again.photoIds]).toEqual(['又堵了', [...draft.photoIds, more]])
    expect(await phone.outbox.items()).toEqual([])
  })

  it('leaves its hazard alone while that is open by itself', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit, hazard] = await phone.outbox.items()
    const own = (await phone.outbox.edit(hazard!.seq)) as ReportDraft
    const again = (await phone.outbox.withdraw(visit!.draftId)) as VisitDraft
    expect(again.answers[2]!.isHandedIn).toBe(true)
    await phone.outbox.enqueueVisit(again)
    await phone.outbox.enqueueReport({ ...own, fields: { ...own.fields, note: '又堵了' } })
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 3, refused: 0 })
    expect(phone.server.stored.get(own.id)!.body).toContain('又堵了')
  })

  it.each([
    ['waits untried', false],
    ['was turned away', true],
  ])('that %s names no case once its hazard was turned away and thrown away', async (_word, isRefused) => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit, hazard] = await phone.outbox.items()
    await phone.db.outbox.update(hazard!.seq, { attempts: 1, isRefused: true, problem: { code: 'invalid', zh: '', en: '', status: 422 } as never })
    await phone.db.outbox.update(visit!.seq, { attempts: Number(isRefused), isRefused })
    await phone.outbox.discard(hazard!.seq)
    expect((await phone.outbox.items()).map(({ kind }) => kind)).toEqual(['visit'])
    if (isRefused) await phone.outbox.retry(visit!.seq)
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1, refused: 0 })
    const { body, sha256 } = phone.server.stored.get(draft.id)!
    expect((JSON.parse(body!) as MakeVisit).answers![2]).toMatchObject({ answer: 'issue', hazard_id: null, is_discarded: true })
    expect([await sha256Hex(body!), phone.server.stored.size, await phone.db.bytes.count()]).toEqual([sha256, 1, 0])
  })

  it('comes back with its hazard marked as thrown away, also when that was a draft by then', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit, hazard] = await phone.outbox.items()
    await phone.outbox.edit(hazard!.seq)
    await phone.drafts.remove(hazard!.itemId)
    const again = (await phone.outbox.edit(visit!.seq)) as VisitDraft
    expect([again.answers[2]!.isDiscarded, again.answers[2]!.isHandedIn, again.photoIds]).toEqual([true, undefined, []])
    await phone.outbox.enqueueVisit(again)
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
    expect((JSON.parse(phone.server.stored.get(draft.id)!.body!) as MakeVisit).answers![2]!.is_discarded).toBe(true)
  })

  it('that may have arrived keeps its text, and goes on naming what the server knows under its id', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit, hazard] = await phone.outbox.items()
    phone.clock.pass(6_000)
    phone.server.faults = [lostAnswer]
    await phone.outbox.flush()
    await phone.outbox.discard(hazard!.seq)
    const [left] = await phone.outbox.items()
    expect([left!.body, (left!.draft as VisitDraft).answers[2]!.isDiscarded]).toEqual([visit!.body, true])
    phone.clock.pass(60_000)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 1, refused: 0 })
    expect(phone.server.strangers).toBe(0)
  })

  it('keeps an unfinished one as a draft, over a new start', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    const again = newPhone({ db: phone.db })
    expect(await again.drafts.load(draft.id)).toEqual(draft)
  })
})

describe('a reason', () => {
  it('waits in the lane of its task and takes it off the list when it has arrived', async () => {
    const phone = newPhone()
    await phone.db.tasks.put(TASK)
    await phone.outbox.enqueueDelay({ id: 'd1', taskId: 'task-1', reason: 'weather', note: '' })
    phone.clock.pass(6_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
    expect(phone.server.log).toEqual(['/api/patrols/tasks/task-1/delays/d1 by ann'])
    expect(await phone.db.tasks.count()).toBe(0)
  })
})
