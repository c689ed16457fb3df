import { expect, test } from 'vitest'
import type { GridNotice, WorkCards } from '@/contract'
import { hintsOf, lacksOf, paperOf, scaleOf, squareKilometres } from '@/desk/papers/papers'

const whole: GridNotice = {
  grid_id: 'g', name: '赵村网格', official_code: null, county: '安和县', level_name: null, runner: '赵村', township: '清河镇', bounds: '东至河', square_metres: 1,
  lines: [{ place: '网格员', name: '张三', title: '', phone: '0632-6612350' }], complaint_phone: '12350', drawing: { width: 1, height: 1, own: '', around: [], metres: 1 }, as_of: '2026-11-26', link: null, picture: null,
}

test('what a board lacks is told before it is printed', () => {
  expect(lacksOf(whole)).toEqual([])
  expect(lacksOf({ ...whole, bounds: null, drawing: null, complaint_phone: null })).toEqual(['no_complaint', 'no_map', 'no_bounds'])
  const line = { place: '网格员', name: '张三', title: '', phone: null }
  expect(lacksOf({ ...whole, lines: [line] })).toEqual(['no_phone'])
  expect(lacksOf({ ...whole, lines: [{ ...line, name: null }] })).toEqual([])
})

test('areas are as exact as an outline drawn by hand', () => {
  expect([423_000, 3_720_000, 38_200_000].map(squareKilometres)).toEqual([0.42, 3.7, 38])
})

test('the scale is a round length of at most a fifth of the map', () => {
  expect([3_100, 12_000, 999, 500].map(scaleOf)).toEqual([500, 2_000, 100, 100])
})

test('only papers that exist are printed', () => {
  expect([paperOf('notice'), paperOf('network'), paperOf('poster'), paperOf(undefined)]).toEqual(['notice', 'network', undefined, undefined])
})

test('what keeps a work card from the printer is told', () => {
  const cards: WorkCards = { county: '安和县', name: '赵村网格', cards: [], unqualified: [], is_cut: false, is_public: true, as_of: '2026-11-26' }
  expect(hintsOf(cards)).toEqual([])
  expect(hintsOf({ ...cards, is_public: false, unqualified: ['张三'], is_cut: true })).toEqual(['no_code', 'unqualified', 'is_cut'])
})
