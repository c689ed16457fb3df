import { describe, expect, it } from 'vitest'
import type { InspectionPlace, InspectionQuestion } from '@/contract'
import { companionsOf, finding, lackOf, missingOf, planForm, planOf, proposedFor, questionsFor, reportOf, resultForm, resultOf } from '@/desk/logic/inspectionForm'

const QUESTION: InspectionQuestion = { code: 'A-1', question: '灭火器在有效期内吗', how_to: '', kind: 'hazard', category_code: 'fire' }
const REPORT: InspectionQuestion = { ...QUESTION, code: 'R-1', kind: 'report', category_code: null }
const PLACE: InspectionPlace = {
  object: { id: 'place', name: '甲店', kind: 'enterprise' }, address: '', lat: null, lon: null, grid: { id: 'g', name: '一网格' }, is_drawn: false, looked_on: null,
  runner: { id: 'v', name: '甲村', short_name: '甲村', kind: 'village' }, recorded_at: null, recorded_by: null, note: '', left_out_reason: null, asked: ['A-1'], answers: [],
  accompanied_by: null, could_accompany: [],
}
let next = 0
const newId = (): string => `id-${next++}`

describe('a plan', () => {
  it('names what is missing before it is sent', () => {
    const form = { ...planForm(undefined, '2026-11-26'), kind: 'joint' as const }
    expect(missingOf(form)).toEqual(['name', 'joining_ids', 'object_ids'])
    expect(missingOf({ ...form, name: '检查', joining_ids: ['b'], isDrawn: true, count: '0' })).toEqual(['count'])
  })
  it('draws by lot or picks, never both', () => {
    const form = { ...planForm(undefined, '2026-11-26'), name: ' 检查 ', places: [{ id: 'p', name: '甲店' }], count: '3' }
    expect(planOf(form)).toMatchObject({ name: '检查', object_ids: ['p'], draw: null })
    expect(planOf({ ...form, isDrawn: true })).toMatchObject({ object_ids: [], draw: { count: 3 } })
  })
})

describe('a gridworker along', () => {
  const own = { id: 'sun', name: '孙网格', is_of_grid: true }
  const other = { id: 'li', name: '李网格', is_of_grid: false }
  const open = { ...PLACE, could_accompany: [own, other] }
  it('is proposed where the grid has one and nobody is asked yet, never to an unannounced inspection', () => {
    const at = [open, { ...open, accompanied_by: { id: 'li', name: '李网格' } }, { ...open, recorded_at: '2026-11-25T02:00:00Z' }, { ...PLACE, could_accompany: [other] }]
    expect(proposedFor({ kind: 'announced_check', at })).toEqual([{ object_id: 'place', person_id: 'sun' }])
    expect(proposedFor({ kind: 'no_notice_check', at })).toEqual([])
  })
  it('who is named may stay, also when the grid has somebody else now', () => {
    expect(companionsOf({ ...open, accompanied_by: { id: 'gone', name: '钱网格' } }).map(({ id }) => id)).toEqual(['gone', 'sun', 'li'])
    const form = resultForm({ ...open, accompanied_by: { id: 'sun', name: '孙网格' } }, [], '2026-11-26', newId)
    expect(resultOf(form).accompanied_by_id).toBe('sun')
    expect(resultOf({ ...form, accompanied_by: '' }).accompanied_by_id).toBeNull()
  })
})

describe('a result', () => {
  it('asks only what is meant for the place, and shows what was answered all the same', () => {
    expect(questionsFor(PLACE, [QUESTION, REPORT])).toEqual([QUESTION])
    const said = { code: 'R-1', question: '', answer: 'issue' as const, note: '停工', measure: '', hazard_id: null, state: null, number: null }
    expect(questionsFor({ ...PLACE, answers: [said] }, [QUESTION, REPORT])).toHaveLength(2)
  })
  it('says what a finding lacks: words, a category, a photo or why there is none', () => {
    const one = finding(null, 'case')
    expect(lackOf(one)).toBe('note')
    expect(lackOf({ ...one, note: '软管老化' })).toBe('category_code')
    expect(lackOf({ ...one, note: '软管老化', category_code: 'gas' })).toBe('photos')
    expect(lackOf({ ...one, note: '软管老化', category_code: 'gas', no_photo_reason: '太暗' })).toBeNull()
    expect(lackOf({ ...finding(REPORT, 'case'), note: '在停工' })).toBeNull()
  })
  it('reports a finding with the category of its question, at this place', () => {
    const one = { ...finding(QUESTION, 'case'), note: ' 过期 ', no_photo_reason: '太暗' }
    const place = { object: { id: 'place', name: '店', kind: 'enterprise' }, lat: 34.5, lon: 117.7 } as const
    expect(reportOf(one, place, '2026-11-26T02:00:00Z')).toMatchObject({ category_code: 'fire', note: '过期', enterprise_id: 'place', no_photo_reason: '太暗', escalate: true, position: { lat: 34.5, lon: 117.7, accuracy_m: null, source: 'place' } })
    const here = { lat: 34.6, lon: 117.8, accuracy_m: 8, source: 'gps' }
    expect(reportOf({ ...one, position: here }, { ...place, lat: null, lon: null }, '2026-11-26T02:00:00Z').position).toEqual(here)
    expect(reportOf(one, { ...place, lat: null, lon: null }, '2026-11-26T02:00:00Z').position).toBeNull()
  })
  it('comes back as it was put down, and what is reported keeps its case', () => {
    const said = { question: '', measure: '换', state: null, number: null }
    const place: InspectionPlace = {
      ...PLACE, looked_on: '2026-11-25', note: '人都在',
      answers: [{ ...said, code: 'A-1', answer: 'issue', note: '过期', hazard_id: 'case' }, { ...said, code: 'R-1', answer: 'not_applicable', note: '', hazard_id: null }],
    }
    const form = resultForm(place, [QUESTION, REPORT], '2026-11-26', newId)
    expect(form.findings[0]).toMatchObject({ isReported: true, hazard_id: 'case' })
    expect(resultOf(form)).toEqual({
      looked_on: '2026-11-25', note: '人都在', accompanied_by_id: null,
      answers: [
        { code: 'A-1', answer: 'issue', note: '过期', measure: '换', hazard_id: 'case' },
        { code: 'R-1', answer: 'not_applicable', note: '', measure: '' },
      ],
    })
    expect(resultForm(PLACE, [], '2026-11-26', newId)).toMatchObject({ looked_on: '2026-11-26', findings: [] })
  })
})
