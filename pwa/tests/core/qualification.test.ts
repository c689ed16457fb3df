import { expect, it } from 'vitest'
import { qualificationOn } from '@/core/qualification'

const until = (valid_until: string | null, lacks: ('inspect' | 'record' | 'report')[] = []) => ({ lacks, valid_until })

it.each([
  [until('2027-05-01'), 'valid'],
  [until('2026-12-24'), 'valid'],
  [until('2026-12-23'), 'ending'],
  [until('2026-11-23'), 'ending'],
  [until('2026-11-22'), 'over'],
  [until(null, ['report']), 'lacking'],
  [until(null, ['inspect', 'record', 'report']), 'none'],
])('%j on the day that it is read: %s', (shown, state) => {
  expect(qualificationOn(shown, '2026-11-23')).toBe(state)
})
