import { expect, it } from 'vitest'
import { afterwards, type ChangeForm, commandOf, followingCode, newGrid } from '@/desk/places/changing'
import { lastDayBefore } from '@/desk/places/days'

const outline = (): null => null
const form = (more: Partial<ChangeForm>): ChangeForm => ({
  kind: 'split', grid_ids: ['g'], into_id: '', starts_on: '2026-12-01', document: ' 文 1 ', goes: { a: 0, b: 1, c: 1 },
  targets: [{ ...newGrid(['p']), name: '西 ' }, { ...newGrid(['p']), name: '东' }], ...more,
})

it('names for each new grid only what leaves the first one', () => {
  const { targets, document } = commandOf(form({}), outline)
  expect(document).toBe('文 1')
  expect(targets.map((one) => [one.name, one.object_ids])).toEqual([['西', []], ['东', ['b', 'c']]])
})

it('sends the grid that takes a closed one in, and nothing else', () => {
  expect(commandOf(form({ kind: 'close', into_id: 'x' }), outline).targets).toEqual([{ grid_id: 'x', post_ids: ['p'] }])
})

it('lets what went to a grid that is taken out go to the first, and all else where it went', () => {
  expect([0, 1, 2, 3].map((place) => afterwards(place, 2))).toEqual([0, 1, 0, 2])
})

it('sends a village only where one was chosen', () => {
  const [west, east] = form({}).targets
  const targets = [west!, { ...east!, organization_id: 'village' }]
  expect(commandOf(form({ targets }), outline).targets.map((one) => one.organization_id)).toEqual([undefined, 'village'])
})

it('sends the codes of other systems that were filled in', () => {
  const [west, east] = form({}).targets
  const targets = [west!, { ...east!, external_codes: { 综治: ' 31 ', 城管: ' ' } }]
  expect(commandOf(form({ targets }), outline).targets.map((one) => one.external_codes)).toEqual([{}, { 综治: '31' }])
})

it('counts codes on, each new grid its own', () => {
  expect(followingCode('370405100206009', 0)).toBe('370405100206009')
  expect(followingCode('370405100206009', 1)).toBe('370405100206010')
  expect(followingCode('370405000000Z09', 1)).toBe('370405000000Z10')
  expect(followingCode('370405100206', 2)).toBe('370405100208')
})

it('knows the day before, over the end of a month, and none of an empty field', () => {
  expect(lastDayBefore('2026-12-01')).toBe('2026-11-30')
  expect(lastDayBefore('')).toBe('')
})
