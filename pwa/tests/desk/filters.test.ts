import { describe, expect, it } from 'vitest'
import { chips, fromQuery, isSameFilter, toQuery, toSearch, without, type Filters } from '@/desk/logic/filters'

const rich: Filters = {
  queue: 'holder',
  state: ['escalated', 'assigned'],
  level: ['major'],
  category: ['fire'],
  township_id: '0190a2b4-0000-7000-8000-000000000001',
  is_open: true,
  is_overdue: false,
  received_from: '2026-11-01T00:00:00+08:00',
  text: '楼道',
  order: 'newest',
}

describe('filter ↔ address', () => {
  it('a filter survives the way into the address and back', () => {
    const back = fromQuery(toQuery(rich))
    expect(isSameFilter(back, rich)).toBe(true)
    expect(back.is_overdue).toBe(false)
    expect(back.received_from).toBe('2026-11-01T00:00:00+08:00')
  })

  it('what says nothing does not stand in the address', () => {
    expect(toQuery({ state: [], text: '', is_open: null, order: 'urgency', queue: null })).toEqual({})
  })

  it('the order in which a person clicked does not make two filters of one', () => {
    expect(isSameFilter({ state: ['done', 'assigned'] }, { state: ['assigned', 'done'] })).toBe(true)
    expect(isSameFilter({ is_open: true }, { is_open: false })).toBe(false)
    expect(isSameFilter({}, { is_open: false })).toBe(false)
  })

  it('one value in the address is a list of one, and nonsense is left out', () => {
    const filters = fromQuery({ state: 'done', is_open: 'perhaps', order: 'random', queue: 'everything', evil: 'x' })
    expect(filters).toEqual({ state: ['done'] })
  })

  it('a chip per value, none for the queue and the search text, and each can be taken off', () => {
    const list = chips(rich)
    expect(list.map((chip) => chip.key)).not.toContain('queue')
    expect(list.map((chip) => chip.key)).not.toContain('text')
    expect(list.filter((chip) => chip.key === 'state')).toHaveLength(2)
    const rest = without(rich, { key: 'state', value: 'escalated' })
    expect(rest.state).toEqual(['assigned'])
    expect(rest.text).toBe('楼道')
    expect(fromQuery({ queue: 'recheck' }).queue).toBe('recheck')
    expect(without(rich, { key: 'is_overdue', value: 'false' }).is_overdue).toBeUndefined()
  })

  it('the Excel link repeats names as the list does', () => {
    expect(toSearch({ state: ['assigned', 'done'], is_open: true })).toBe('?state=assigned&state=done&is_open=true')
    expect(toSearch({})).toBe('')
  })
})
