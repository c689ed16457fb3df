import { expect, it } from 'vitest'
import { bodyOf, formOf, PROPOSALS } from '@/desk/rules/gridCodes'

const rule = { is_checked: true, lead: '010203', prefix_digits: 12, sequence_digits: 2, starts_at: 601, exclusive_follows: true, exclusive_letter: 'Z', external_systems: ['综治', '城管'] }

it('sends a rule back as it came, and no letter where exclusive grids are free', () => {
  expect(bodyOf(formOf(rule))).toEqual(rule)
  expect(bodyOf({ ...formOf(rule), exclusive_follows: false }).exclusive_letter).toBe('')
  expect(bodyOf({ ...formOf(rule), systems: ' 综治 \n\n公安' }).external_systems).toEqual(['综治', '公安'])
})

it('fills in a structure that is in use and leaves open what its standard does', () => {
  const form = formOf(rule)
  expect(bodyOf({ ...form, ...PROPOSALS.village })).toMatchObject({ lead: '', prefix_digits: 12, sequence_digits: 3 })
  expect(bodyOf({ ...form, ...PROPOSALS.community })).toMatchObject({ lead: '010203', sequence_digits: 2 })
  expect(bodyOf({ ...form, digits: 4, ...PROPOSALS.xian })).toMatchObject({ lead: '', sequence_digits: 4, exclusive_follows: false })
})
