import { describe, expect, it } from 'vitest'
import { yearOf } from '@/desk/logic/calendar'

const day = (on: string, is_workday: boolean) => ({ on, is_workday, reason: '国庆', source: 'state' })

describe('the working year', () => {
  const months = yearOf(2026, [day('2026-10-01', false), day('2026-10-10', true)])

  it('has every day once, weeks starting on Monday', () => {
    expect(months.flatMap((month) => month.days)).toHaveLength(365)
    expect(months[0]?.offset).toBe(3) // 1 January 2026 is a Thursday
    expect(months[1]?.offset).toBe(6) // 1 February 2026 is a Sunday
  })

  it('lays holidays and make-up workdays over the weekday', () => {
    const october = months[9]?.days ?? []
    expect(october[0]).toMatchObject({ on: '2026-10-01', isWorkday: false })
    expect(october[9]).toMatchObject({ on: '2026-10-10', isWorkday: true }) // a Saturday
    expect(october[10]).toMatchObject({ isWorkday: false }) // an ordinary Sunday
    expect(october[10]?.exception).toBeUndefined()
  })

  it('knows the leap day', () => {
    expect(yearOf(2028, [])[1]?.days).toHaveLength(29)
  })
})
