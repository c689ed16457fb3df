import { describe, expect, it } from 'vitest'
import flow from '@/contract/flow.json'
import type { Action, HazardView } from '@/contract'
import { askedFor, bodyOf, emptyForm, fieldsOf, formFor, missingFields, REASONS, reasonsOf, requiredFields, type Form } from '@/desk/logic/actionForm'

const NOW = new Date('2026-11-22T05:00:00Z')
const say = (code: string): string => `〈${code}〉`
const form = (more: Partial<Form>): Form => ({ ...emptyForm(), ...more })

describe('a form asks for what the workflow table asks for', () => {
  it('every need of flow.json has a field', () => {
    const needs = [...new Set(flow.steps.flatMap((step) => step.needs))]
    expect(needs.length).toBeGreaterThan(5)
    for (const need of needs) expect(requiredFields({ action: 'comment', needs: [need] }), need).toHaveLength(1)
  })

  it('every step shows at least the fields it must bring', () => {
    for (const step of flow.steps) {
      const asked = { action: step.action as Action, needs: step.needs }
      const shown = fieldsOf(asked)
      for (const field of requiredFields(asked)) expect(shown, step.action).toContain(field)
    }
  })

  it('every step that wants a reason has reasons to choose from', () => {
    const wanting = flow.steps.filter((step) => step.needs.includes('reason'))
    for (const step of wanting) expect(REASONS[step.action as Action]?.length, step.action).toBeGreaterThan(0)
  })

  it('a village has its own reasons to pass a case up, and the others of everybody', () => {
    expect(reasonsOf('escalate', 'village')).toEqual(['village_checked', 'beyond_village'])
    expect(reasonsOf('escalate', 'township_subcentre')).toContain('not_ours')
    expect(reasonsOf('void', 'village')).toEqual(REASONS.void)
  })
})

describe('what is still missing', () => {
  const finish = { action: 'finish' as const, needs: ['note', 'after_photo'] }
  const needing = (need: string) => ({ action: 'void' as const, needs: [need] })

  it('is named field by field', () => {
    expect(missingFields(finish, emptyForm())).toEqual(['note', 'photos'])
    expect(missingFields(finish, form({ note: '已清理' }))).toEqual(['photos'])
  })

  it('blanks are not a note, a chosen reason is a reason', () => {
    expect(missingFields(needing('note'), form({ note: '  ' }))).toEqual(['note'])
    expect(missingFields(needing('reason'), form({ reasonCode: 'not_ours' }))).toEqual([])
    expect(missingFields(needing('reason'), form({ reason: '路归公路站管' }))).toEqual([])
  })
})

describe('the body that is sent', () => {
  it('assign brings department, assisting ones and deadline, and only what was filled in', () => {
    const body = bodyOf({ action: 'assign', needs: ['department'] }, form({ department: 'd1', assisting: ['d2', 'd1'], due: '2026-12-04T10:00:00Z' }), NOW, say)
    expect(body).toEqual({
      contract: 2, action: 'assign', occurred_at: '2026-11-22T05:00:00.000Z',
      department_id: 'd1', assisting_ids: ['d2'], due_at: '2026-12-04T10:00:00Z',
    })
  })

  it('a reason travels as words and as a code', () => {
    const body = bodyOf({ action: 'void', needs: ['reason'] }, form({ reasonCode: 'test', reason: '演示用' }), NOW, say)
    expect(body).toMatchObject({ reason: '〈test〉：演示用', reason_code: 'test' })
  })

  it('what a gridworker is to add is chosen from a list and sent as the note', () => {
    const asked = { action: 'ask' as const, needs: ['note'] }
    expect(fieldsOf(asked)).toEqual(['reason'])
    expect(missingFields(asked, emptyForm())).toEqual(['reason'])
    const body = bodyOf(asked, form({ reasonCode: 'unclear_photo', reason: '插座拍近些' }), NOW, say)
    expect(body).toMatchObject({ note: '〈unclear_photo〉：插座拍近些', reason_code: 'unclear_photo' })
    expect(body.reason).toBeUndefined()
  })

  it('fields of another step never slip in', () => {
    const body = bodyOf({ action: 'sign_for', needs: [] }, form({ department: 'd1', note: 'x', reason: 'y' }), NOW, say)
    expect(Object.keys(body).sort()).toEqual(['action', 'contract', 'occurred_at'])
  })
})

describe('a form as it opens', () => {
  const hazard = {
    suggested_department: { id: 'd7' }, asked_extension_to: '2026-12-10T10:00:00Z',
    category_code: 'fire', level: 'general', place: '粮站', note: '堵塞',
  } as unknown as HazardView

  it('suggests the department that had it before a rejection', () => {
    expect(formFor('assign', hazard).department).toBe('d7')
  })

  it('grants the date that was asked for', () => {
    expect(formFor('grant_extension', hazard).due).toBe('2026-12-10T10:00:00Z')
  })

  it('a correction can move a case on the map, and wants a reason once half an hour is over', () => {
    const step = { action: 'correct', needs: [] }
    const reported = '2026-11-22T05:00:00Z'
    const at = Date.parse(reported)
    expect(askedFor(step, reported, at + 29 * 60_000).needs).toEqual([])
    const late = askedFor(step, reported, at + 31 * 60_000)
    expect(missingFields(late, formFor('correct', hazard))).toEqual(['reason'])
    const form = { ...formFor('correct', hazard), position: { lat: 34.56, lon: 117.73 } }
    expect(bodyOf(step, form, new Date(at), String).corrected_position).toEqual({ lat: 34.56, lon: 117.73, source: 'map' })
    expect(bodyOf(step, formFor('correct', hazard), new Date(at), String)).not.toHaveProperty('corrected_position')
  })

  it('a correction starts from what stands there', () => {
    expect(formFor('correct', hazard)).toMatchObject({ category: 'fire', level: 'general', place: '粮站', corrected_note: '堵塞' })
  })
})
