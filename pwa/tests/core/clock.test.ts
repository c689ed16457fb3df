import { describe, expect, it } from 'vitest'
import { agoWords, chinaDate, chinaTime, deadlineWords } from '@/core/clock'

const NOW = Date.parse('2026-11-22T10:00:00+08:00')
const MIN = 60_000
const HOUR = 60 * MIN
const DAY = 24 * HOUR

describe('deadline words', () => {
  it.each([
    [30 * MIN, 'clock.minutes_left', { n: 30 }, 'soon'],
    [10_000, 'clock.minutes_left', { n: 1 }, 'soon'],
    [3 * HOUR, 'clock.hours_left', { n: 3 }, 'soon'],
    [8 * HOUR, 'clock.today', { time: '18:00' }, 'calm'],
    [13 * HOUR + 59 * MIN, 'clock.today', { time: '23:59' }, 'calm'],
    [14 * HOUR, 'clock.tomorrow', { time: '00:00' }, 'calm'],
    [32 * HOUR, 'clock.tomorrow', { time: '18:00' }, 'calm'],
    [5 * DAY, 'clock.days_left', { n: 5 }, 'calm'],
    [40 * DAY, 'clock.by_date', { date: '2027-01-01' }, 'calm'],
    [-1, 'clock.minutes_late', { n: 1 }, 'late'],
    [-59 * MIN, 'clock.minutes_late', { n: 59 }, 'late'],
    [-3 * HOUR, 'clock.hours_late', { n: 3 }, 'late'],
    [-2 * DAY - HOUR, 'clock.days_late', { n: 2 }, 'late'],
  ])('%i ms from now', (distance, key, params, tone) => {
    expect(deadlineWords(NOW + distance, NOW)).toEqual({ key, params, tone })
  })

  it('is soon when the server says so', () => {
    expect(deadlineWords(NOW + 2 * DAY, NOW, 'approaching').tone).toBe('soon')
    expect(deadlineWords('2026-11-22T18:00:00+08:00', NOW)).toMatchObject({ params: { time: '18:00' } })
  })

  it("speaks of the county's day, wherever the phone thinks it is", () => {
    const lateEvening = Date.parse('2026-11-22T17:00:00Z')
    expect(chinaDate(lateEvening)).toBe('2026-11-23')
    expect(chinaTime(lateEvening)).toBe('01:00')
  })
})

describe('ago words', () => {
  it.each([
    [null, 'ago.never', 0],
    [NOW - 5_000, 'ago.now', 0],
    [NOW + 5_000, 'ago.now', 0],
    [NOW - 3 * MIN, 'ago.minutes', 3],
    [NOW - 5 * HOUR, 'ago.hours', 5],
    [NOW - 3 * DAY, 'ago.days', 3],
  ])('%s', (at, key, n) => {
    expect(agoWords(at, NOW)).toEqual({ key, params: { n } })
  })
})
