/** Deadlines in words. Dates are the county's: China has one time zone and no summer time. */
import type { RunningClock } from '@/contract'

export type ClockKey =
  | 'clock.minutes_left'
  | 'clock.hours_left'
  | 'clock.days_left'
  | 'clock.today'
  | 'clock.tomorrow'
  | 'clock.by_date'
  | 'clock.minutes_late'
  | 'clock.hours_late'
  | 'clock.days_late'
export type AgoKey = 'ago.never' | 'ago.now' | 'ago.minutes' | 'ago.hours' | 'ago.days'
export type Tone = 'calm' | 'soon' | 'late'

export interface DeadlineWords {
  key: ClockKey
  params: Record<string, string | number>
  tone: Tone
}

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR
const CHINA = 8 * HOUR
const SOON = 4 * HOUR

/** The county's day at a moment (ms), as `YYYY-MM-DD`. */
export const countyDay = (at: number): string => new Date(at + CHINA).toISOString().slice(0, 10)

/** `due` ISO or ms; `now` server time in ms (contact.serverNow). `status` of the running clock, if known. */
export function deadlineWords(due: string | number, now: number, status?: RunningClock['status']): DeadlineWords {
  const at = typeof due === 'number' ? due : Date.parse(due)
  if (at < now) return { ...late(now - at), tone: 'late' }
  const tone = status === 'approaching' || at - now <= SOON ? 'soon' : 'calm'
  return { ...left(at, now), tone }
}

function late(by: number): Omit<DeadlineWords, 'tone'> {
  if (by < HOUR) return { key: 'clock.minutes_late', params: { n: Math.max(1, Math.floor(by / MINUTE)) } }
  if (by < DAY) return { key: 'clock.hours_late', params: { n: Math.floor(by / HOUR) } }
  return { key: 'clock.days_late', params: { n: Math.floor(by / DAY) } }
}

function left(at: number, now: number): Omit<DeadlineWords, 'tone'> {
  const rest = at - now
  if (rest < HOUR) return { key: 'clock.minutes_left', params: { n: Math.max(1, Math.floor(rest / MINUTE)) } }
  if (rest <= SOON) return { key: 'clock.hours_left', params: { n: Math.floor(rest / HOUR) } }
  const days = chinaDay(at) - chinaDay(now)
  if (days === 0) return { key: 'clock.today', params: { time: chinaTime(at) } }
  if (days === 1) return { key: 'clock.tomorrow', params: { time: chinaTime(at) } }
  if (days <= 30) return { key: 'clock.days_left', params: { n: days } }
  return { key: 'clock.by_date', params: { date: chinaDate(at) } }
}

/** 「3 分钟前」; `at` null = never. */
export function agoWords(at: number | null, now: number): { key: AgoKey; params: { n: number } } {
  if (at === null) return { key: 'ago.never', params: { n: 0 } }
  const passed = Math.max(0, now - at)
  if (passed < MINUTE) return { key: 'ago.now', params: { n: 0 } }
  if (passed < HOUR) return { key: 'ago.minutes', params: { n: Math.floor(passed / MINUTE) } }
  if (passed < DAY) return { key: 'ago.hours', params: { n: Math.floor(passed / HOUR) } }
  return { key: 'ago.days', params: { n: Math.floor(passed / DAY) } }
}

/** 2026-12-04, on the county's calendar. */
export function chinaDate(at: number): string {
  return new Date(at + CHINA).toISOString().slice(0, 10)
}

/** 18:00, on the county's clock. */
export function chinaTime(at: number): string {
  return new Date(at + CHINA).toISOString().slice(11, 16)
}

function chinaDay(at: number): number {
  return Math.floor((at + CHINA) / DAY)
}
