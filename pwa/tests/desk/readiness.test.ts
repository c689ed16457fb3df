import { expect, test } from 'vitest'
import type { GridReadiness } from '@/contract'
import { count, lacking, LISTS, NAMES, notedOf, ownFirst, SEEN } from '@/desk/logic/readiness'

const row = (met: GridReadiness['met']): GridReadiness => ({ grid_id: 'g', name: '赵村网格', official_code: null, level: 3, met, objects: 0, gridworkers: 0, load: null, provisions: [], may_note: false })

test('the lists are five, four and ten long, and no check stands in two', () => {
  expect(NAMES.map((list) => LISTS[list].length)).toEqual([5, 4, 10])
  expect(new Set(NAMES.flatMap((list) => [...LISTS[list]])).size).toBe(19)
})

test('what a grid has and lacks is told list by list', () => {
  const some = row(['area', 'people', 'map', 'clear_area'])
  expect(NAMES.map((list) => count(some, list))).toEqual([2, 1, 1])
  expect(lacking(some)).toHaveLength(15)
  expect(lacking(some)[0]).toBe('duties')
  expect(lacking(row(NAMES.flatMap((list) => [...LISTS[list]])))).toEqual([])
})

test('what the system cannot judge has a tick each, the kit five; who noted it is told', () => {
  expect(Object.values(SEEN).flat()).toHaveLength(10)
  expect(SEEN.kit).toHaveLength(5)
  const seen = { ...row([]), provisions: [{ what: 'pen' as const, on: '2026-11-27', by: '李文书' }] }
  expect(notedOf(seen, 'pen')?.by).toBe('李文书')
  expect(notedOf(seen, 'torch')).toBeUndefined()
})

test('grids of the reader come first, each part in its order', () => {
  const rows = [{ ...row([]), grid_id: 'a' }, { ...row([]), grid_id: 'b', may_note: true }, { ...row([]), grid_id: 'c' }, { ...row([]), grid_id: 'd', may_note: true }]
  expect(ownFirst(rows).map((each) => each.grid_id)).toEqual(['b', 'd', 'a', 'c'])
})
