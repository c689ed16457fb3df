// @vitest-environment happy-dom
import { describe, expect, it } from 'vitest'
import type { ChecklistItem, ChecklistVersion, PatrolTask } from '@/contract'
import { countyDay } from '@/core/clock'
import { createDrafts } from '@/core/drafts'
import type { OutboxItem, ReportDraft, VisitDraft } from '@/core/types'
import { inOrder, nameOf, underWay } from '@/field/patrols/order'
import { answersOf, chosenOf, drawnOf, finished, missingOf, restOf, withChosen, without, withOneMore, withPart } from '@/field/visit/form'
import { CHECK_PICTURES } from '@/ui/checkPictures'
import { readdirSync, readFileSync } from 'node:fs'
import { newPhone } from '../core/phone'

const item = (code: string, kind: ChecklistItem['kind'] = 'hazard'): ChecklistItem => ({
  code, question: code, how_to: '', picture: null, photo_right: null, photo_wrong: null, photo_caption: null, kind, category_code: 'fire', applies_to: { kinds: [], is_key: null },
})
const LIST = {
  id: 'v', items: [...Array.from({ length: 11 }, (_, n) => item(`SQ-${String(n + 1).padStart(2, '0')}`)), item('SQ-D1', 'coverage'), item('SQ-D2', 'coverage')],
} as unknown as ChecklistVersion
const ID = '01890000-0000-7000-8000-000000000001' // draws SQ-01 and SQ-02

const drafts = createDrafts({ db: newPhone().db, now: () => 0 })
const empty = (): VisitDraft => ({ ...drafts.newVisit({ task: null, versionId: 'v', gridId: 'g', title: '店' }), id: ID })
const report = (): ReportDraft => drafts.newReport({ category_code: 'fire' })
const shot = (id: string, role: 'before' | 'after') => ({ id, role, url: '', takenAt: 0 })

describe('a visit', () => {
  it('at which nothing is wrong is two answers and one tap', () => {
    let draft = empty()
    expect(drawnOf(ID, LIST).map(({ code }) => code)).toEqual(['SQ-01', 'SQ-02'])
    expect(missingOf(draft, LIST, [])).toEqual({ key: 'field.visit.need_drawn', code: 'SQ-01' })
    draft = withChosen(withChosen(draft, 'SQ-01', 'fine', null), 'SQ-02', 'not_applicable', null)
    expect(missingOf(draft, LIST, [])).toBeNull()
    expect(restOf(draft, LIST)).toBe(11)
    expect(finished(draft, LIST, 5)).toMatchObject({ restFine: true, occurredAt: 5 })
  })

  it('with a finding asks for its photo, a fix for one more and a rating', () => {
    const found = report()
    let draft = withChosen(withChosen(empty(), 'SQ-01', 'fine', null), 'SQ-02', 'issue', found)
    const key = (shots: ReturnType<typeof shot>[]) => missingOf(draft, LIST, shots)?.key
    expect(key([])).toBe('field.visit.need_photo')
    draft = withPart(draft, 1, { finding: { ...found, photoIds: ['p', 'q'] } })
    expect(key([shot('p', 'before')])).toBeUndefined()
    draft = withPart(draft, 1, { finding: drafts.withFix({ ...found, photoIds: ['p', 'q'] }) })
    expect(key([shot('p', 'before')])).toBe('field.visit.need_after')
    expect(key([shot('p', 'before'), shot('q', 'after')])).toBe('field.visit.need_rating')
    draft = withPart(draft, 1, { finding: drafts.withFix({ ...found, photoIds: ['p', 'q'] }, { rating: 4 }) })
    expect(key([shot('p', 'before'), shot('q', 'after')])).toBeUndefined()
    expect(finished(draft, LIST, 9).answers[1]?.finding).toMatchObject({ occurredAt: found.occurredAt, fields: { escalate: false } })
  })

  it('reports and what is not covered want a sentence, no photo', () => {
    let draft = withChosen(withChosen(empty(), 'SQ-01', 'fine', null), 'SQ-02', 'fine', null)
    draft = withChosen(draft, 'SQ-D1', 'issue', null)
    expect(missingOf(draft, LIST, [])).toEqual({ key: 'field.visit.need_note', code: 'SQ-D1' })
    expect(missingOf(withPart(draft, 2, { note: '两家关门' }), LIST, [])).toBeNull()
  })

  it('keeps exceptions per member of a bundle, and a change of mind takes all of them back', () => {
    let draft = withOneMore(withChosen(empty(), 'SQ-05', 'issue', report()), 'SQ-05', report())
    draft = withPart(withPart(draft, 0, { memberId: 'a' }), 1, { memberId: 'b' })
    expect(answersOf(draft, 'SQ-05').map(({ memberId }) => memberId)).toEqual(['a', 'b'])
    expect(withChosen(draft, 'SQ-05', 'issue', null)).toBe(draft)
    expect(without(draft, 0).answers).toHaveLength(1)
    draft = withChosen(draft, 'SQ-05', 'fine', null)
    expect([chosenOf(draft, 'SQ-05'), draft.answers.length]).toEqual(['fine', 1])
  })

  it('handed in again, days later, stays the visit of its day', () => {
    const first = finished(empty(), LIST, 5)
    expect(finished({ ...first, note: '改过', updatedAt: 99 }, LIST, 99)).toMatchObject({ occurredAt: 5, createdAt: 0, note: '改过' })
  })

  it('with every question answered has no rest to speak for', () => {
    const draft = LIST.items.reduce((so, { code }) => withChosen(so, code, 'fine', null), empty())
    expect(finished(draft, LIST, 0).restFine).toBe(false)
  })
})

describe('the list of the day', () => {
  const task = (id: string, lat: number | null, due = '2026-11-23', extra = {}) =>
    ({ id, original_due_on: due, due_on: due, duty: '巡查', grid: null, members: [], object: { name: id, lat, lon: lat === null ? null : 117.7 }, ...extra }) as unknown as PatrolTask

  it('goes by distance where the phone knows it, else by what has waited longest', () => {
    const tasks = [task('far', 34.9), task('near', 34.5), task('nowhere', null, '2026-11-20'), task('later', null)]
    expect(inOrder(tasks, { lat: 34.5, lon: 117.7 }).map(({ task: { id } }) => id)).toEqual(['near', 'far', 'nowhere', 'later'])
    expect(inOrder(tasks, null).map(({ task: { id } }) => id)).toEqual(['nowhere', 'far', 'later', 'near'])
    expect(inOrder(tasks, null)[0]!.metres).toBeNull()
  })

  it('leaves out what waits in the outbox, and knows the county’s day at midnight', () => {
    // As a row is that was confirmed and then forgotten by the server: without its draft.
    const visit = (task_id: string | null) => ({ kind: 'visit', body: JSON.stringify({ task_id }), draft: null })
    const items = [{ kind: 'delay', hazardId: 'a', draft: null }, visit('b'), visit(null), { kind: 'photo', body: null, draft: null }]
    expect(underWay(items as unknown as OutboxItem[])).toEqual(new Set(['a', 'b']))
    expect(countyDay(Date.parse('2026-11-22T16:00:00Z'))).toBe('2026-11-23')
    expect(countyDay(Date.parse('2026-11-22T15:59:59Z'))).toBe('2026-11-22')
    expect(nameOf(task('x', null, '2026-11-20', { object: null, grid: { name: '一网格' } }))).toBe('一网格')
  })
})

describe('pictures of right and wrong', () => {
  it('are there for every key that a preset names', () => {
    const folder = '../app/presets/checklists'
    const named = readdirSync(folder).flatMap((file) => [...readFileSync(`${folder}/${file}`, 'utf8').matchAll(/^picture = "(\w+)"$/gm)].map((found) => found[1]!))
    expect(named.length).toBeGreaterThan(10)
    expect(named.filter((name) => !(name in CHECK_PICTURES))).toEqual([])
    expect(Object.keys(CHECK_PICTURES).filter((name) => !named.includes(name))).toEqual([])
  })
})
