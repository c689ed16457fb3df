import type { CalendarDay } from '@/contract'

export interface Day {
  on: string
  number: number
  isWorkday: boolean
  /** Why the day differs from its weekday; absent on ordinary days. */
  exception?: CalendarDay
}
export interface Month {
  number: number
  /** Empty cells before the first day; weeks start on Monday. */
  offset: number
  days: Day[]
}

const SUNDAY = 0
const SATURDAY = 6

/** Twelve months of a year with every exception laid over its weekday. */
export function yearOf(year: number, exceptions: readonly CalendarDay[]): Month[] {
  const byDay = new Map(exceptions.map((day) => [day.on, day]))
  return Array.from({ length: 12 }, (_, index) => monthOf(year, index, byDay))
}

function monthOf(year: number, index: number, byDay: ReadonlyMap<string, CalendarDay>): Month {
  const count = new Date(Date.UTC(year, index + 1, 0)).getUTCDate()
  const first = new Date(Date.UTC(year, index, 1)).getUTCDay()
  const days = Array.from({ length: count }, (_, day) => dayOf(year, index, day + 1, byDay))
  return { number: index + 1, offset: (first + 6) % 7, days }
}

function dayOf(
  year: number, index: number, number: number, byDay: ReadonlyMap<string, CalendarDay>,
): Day {
  const date = new Date(Date.UTC(year, index, number))
  const on = date.toISOString().slice(0, 10)
  const exception = byDay.get(on)
  const weekday = date.getUTCDay()
  const isOrdinary = weekday !== SUNDAY && weekday !== SATURDAY
  return { on, number, isWorkday: exception?.is_workday ?? isOrdinary, ...(exception && { exception }) }
}
