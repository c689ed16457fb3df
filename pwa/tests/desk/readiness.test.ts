import { expect, test } from 'vitest'
import type { GridReadiness } from '@/contract'
import { count, lacking, LISTS, NAMES } from '@/desk/logic/readiness'

const row = (met: GridReadiness['met']): GridReadiness => ({ grid_id: 'g', name: '赵村网格', official_code: null, level: 3, met, objects: 0, gridworkers: 0, load: null, provisions: [] })

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
