import { describe, expect, it } from 'vitest'
import type { AssessmentForm, AssessmentResult } from '@/contract'
import { draftOf, freeKey, fullOf, isOpenable, isOver, isWhole, leftOf, newDeduction, resultOf, targetsOf, totalOf, unsaid, WORDS } from '@/desk/assessments/draft'

const form: AssessmentForm = {
  name: '年度考核',
  kinds: ['township_subcentre'],
  controls: ['死亡人数'],
  dimensions: [
    { name: '排查', items: [{ key: 'patrol', name: '不漏排', points: 30 }] },
    { name: '整改', items: [{ key: 'rectify', name: '按期整改', points: 60 }, { key: 'own_1', name: '有总结', points: 10 }] },
  ],
}
const words = { chosen: WORDS, text: '抽查记录', on: '2026-11-20' }
const taken = (item: string, points: string) => ({ item, points, reason: '查实', evidence: words })
const empty = () => draftOf({ form, result: null })

describe('what a result comes to', () => {
  it('is the full points less what is taken, and never less than nought', () => {
    expect(fullOf(form)).toBe(100)
    expect(totalOf(leftOf(form, []))).toBe(100)
    const left = leftOf(form, [taken('patrol', '2.5'), taken('patrol', '40'), taken('rectify', '')])
    expect(left).toEqual({ patrol: 0, rectify: 60, own_1: 10 })
  })
  it('is exceeded only above the control figure', () => {
    expect(isOver({ allowed: 1, actual: 1 })).toBe(false)
    expect(isOver({ allowed: 1, actual: 2 })).toBe(true)
  })
})

describe('findings as they are typed', () => {
  it('are not whole without points, reason and evidence', () => {
    expect(isWhole(empty())).toBe(true)
    for (const half of [newDeduction(), taken('', '1'), taken('patrol', '0'), { ...taken('patrol', '1'), reason: ' ' }, { ...taken('patrol', '1'), evidence: { ...words, on: '' } }]) {
      expect(isWhole({ ...empty(), deductions: [half] })).toBe(false)
    }
    expect(isWhole({ ...empty(), deductions: [taken('patrol', '1')] })).toBe(true)
  })
  it('ask for both control figures or none, and for the reason of a veto', () => {
    expect(isWhole({ ...empty(), controls: [{ name: '死亡人数', allowed: '1', actual: '' }] })).toBe(false)
    expect(isWhole({ ...empty(), isVetoed: true })).toBe(false)
    expect(isWhole({ ...empty(), isVetoed: true, veto: { reason: '失职', evidence: words } })).toBe(true)
  })
  it('come back as they were sent', () => {
    const result: AssessmentResult = {
      deductions: [{ item: 'patrol', points: 2.5, reason: '漏排', evidence: { kind: 'hazard', id: 'one' } }],
      remarks: { rectify: '好' },
      controls: [{ name: '死亡人数', allowed: 1, actual: 0 }],
      veto: { reason: '失职', evidence: { kind: 'words', text: '通报', on: '2026-11-20' } },
    }
    expect(resultOf(draftOf({ form, result }))).toEqual(result)
    expect(resultOf(empty())).toEqual({ deductions: [], remarks: {}, controls: [], veto: null })
  })
})

describe('the form of a year', () => {
  it('reads targets with their points, and says when a line has none', () => {
    expect(targetsOf('安全生产年度目标考核 100\n\n综治管理考核 4.5分')).toEqual([{ name: '安全生产年度目标考核', points: 100 }, { name: '综治管理考核', points: 4.5 }])
    expect(targetsOf('综治管理考核')).toBeNull()
    expect(targetsOf('')).toEqual([])
  })
  it('opens with a name for all and points for every item', () => {
    expect(isOpenable(form)).toBe(true)
    for (const half of [{ ...form, name: ' ' }, { ...form, kinds: [] }, { ...form, dimensions: [] }, { ...form, dimensions: [{ name: '整改', items: [{ key: 'rectify', name: '', points: 5 }] }] }]) {
      expect(isOpenable(half)).toBe(false)
    }
  })
  it('gives a new item a key that is free', () => {
    expect(freeKey(form)).toBe('own_2')
  })
  it('names the items of which nothing was said', () => {
    expect(unsaid(form, { patrol: '查了', rectify: ' ' })).toEqual(['按期整改', '有总结'])
  })
})
