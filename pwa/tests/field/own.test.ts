import { describe, expect, it } from 'vitest'
import type { ChecklistVersion, ObjectView, PatrolTask, Seat } from '@/contract'
import { selfCheckOf } from '@/field/patrols/own'

const seat = (role: string, id: string) => ({ role, organization: { id }, grid: null }) as unknown as Seat
const object = (id: string) => ({ id }) as ObjectView
const list = (key: string) => ({ id: `${key}-1`, key }) as ChecklistVersion
const task = (id: string, of: string) => ({ id, object: { id: of } }) as PatrolTask
const LISTS = [list('nine-aspects'), list('enterprise-self-check')]

describe('自查本单位', () => {
  it('is what the plan asks for, if it does', () => {
    expect(selfCheckOf([seat('safety_officer', 'firm')], [object('firm')], [task('t', 'firm')], LISTS)).toEqual({ path: '/visit', query: { task: 't' } })
  })
  it('is else a look at the own enterprise by its own list, without any grid in the seat', () => {
    expect(selfCheckOf([seat('safety_officer', 'firm')], [object('shop'), object('firm')], [task('t', 'shop')], LISTS)).toEqual({
      path: '/visit',
      query: { object: 'firm', list: 'enterprise-self-check-1' },
    })
  })
  it('is for nobody else, and not before the lists have come', () => {
    expect(selfCheckOf([seat('gridworker', 'firm')], [object('firm')], [], LISTS)).toBeNull()
    expect(selfCheckOf([seat('safety_officer', 'other')], [object('firm')], [], LISTS)).toBeNull()
    expect(selfCheckOf([seat('safety_officer', 'firm')], [object('firm')], [], [])).toBeNull()
  })
})
