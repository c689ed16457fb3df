import { describe, expect, it } from 'vitest'
import { changesBetween, eventsSince } from '@/desk/logic/conflict'
import type { HazardEvent, HazardRow } from '@/contract'

const row = (more: Partial<HazardRow>): HazardRow =>
  ({ state: 'escalated', holder: { short_name: '涧头集镇' }, department: null, due_at: null, level: 'general',
    category_code: 'fire', round: 1, is_signed_for: false, place: '粮站', version: 3, ...more }) as HazardRow

describe('what changed while a decision was being written', () => {
  it('names state, holder, department and deadline, old and new', () => {
    const before = row({})
    const after = row({ state: 'assigned', holder: null, department: { short_name: '消防大队' } as never, due_at: '2026-12-04T10:00:00Z', version: 4 })
    expect(changesBetween(before, after)).toEqual([
      { field: 'state', from: 'escalated', to: 'assigned' },
      { field: 'holder', from: '涧头集镇', to: '' },
      { field: 'department', from: '', to: '消防大队' },
      { field: 'due_at', from: '', to: '2026-12-04T10:00:00Z' },
    ])
  })

  it('a comment changes the version but no field', () => {
    expect(changesBetween(row({}), row({ version: 4 }))).toEqual([])
  })

  it('shows the events behind the version that was looked at', () => {
    const line = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }) as HazardEvent)
    expect(eventsSince(line, 3).map((event) => event.id)).toEqual(['d', 'e'])
    expect(eventsSince(line, 5)).toEqual([])
  })
})
