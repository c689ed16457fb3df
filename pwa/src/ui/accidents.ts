import type { AccidentClock, AccidentKind, AccidentRow } from '@/contract'
import type { Key } from '@/words'
import type { IconName } from './icons'

/** The tiles, in the order in which they are offered. */
export const ACCIDENT_ICONS: Readonly<Record<AccidentKind, IconName>> = {
  fire: 'fire',
  explosion: 'fireworks',
  collapse: 'building',
  poisoning: 'chemicals',
  vehicle: 'traffic',
  electric_shock: 'electricity',
  fall: 'fall',
  drowning: 'water',
  other: 'other',
}
export const ACCIDENT_KINDS = Object.keys(ACCIDENT_ICONS) as AccidentKind[]
export const COUNTED = ['dead', 'injured', 'missing'] as const
export type Counted = (typeof COUNTED)[number]

export interface Said {
  key: Key
  params?: Record<string, string | number>
}

const MINUTE = 60_000
const HOUR = 60
const DAY = 24 * HOUR

/** 23 分钟 · 1 小时 5 分钟 · 2 天 3 小时 */
export function lengthOf(ms: number): Said {
  const minutes = Math.max(0, Math.floor(ms / MINUTE))
  if (minutes < HOUR) return { key: 'accident.minutes', params: { m: minutes } }
  if (minutes < DAY) return { key: 'accident.hours', params: { h: Math.floor(minutes / HOUR), m: minutes % HOUR } }
  return { key: 'accident.days', params: { d: Math.floor(minutes / DAY), h: Math.floor((minutes % DAY) / HOUR) } }
}

export interface ClockWords {
  key: Key
  length: Said | null
  tone: 'late' | 'running' | 'done'
}

/** What a clock says at this moment; the server has said whether it runs, this page how much is left. */
export function clockWords({ status, due_at, ended_at }: AccidentClock, now: number): ClockWords {
  const due = due_at ? Date.parse(due_at) : now
  if (status === 'missed') return { key: 'accident.clock.missed', length: lengthOf(Date.parse(ended_at ?? '') - due), tone: 'late' }
  if (status === 'running' || status === 'late') return running(due - now)
  return { key: `accident.clock.${SETTLED[status] ?? 'waiting'}`, length: null, tone: 'done' }
}

const SETTLED: Partial<Record<AccidentClock['status'], 'met' | 'stopped'>> = { met: 'met', stopped: 'stopped' }

function running(leftMs: number): ClockWords {
  if (leftMs < 0) return { key: 'accident.clock.late', length: lengthOf(-leftMs), tone: 'late' }
  return { key: 'accident.clock.left', length: lengthOf(leftMs), tone: 'running' }
}

/** A notice names the kind by its code; the sentence wants the word. */
export function withAccident<Params extends Record<string, string | number>>(params: Params, t: (key: Key) => string): Params {
  const kind = ACCIDENT_KINDS.find((each) => each === params['accident_kind'])
  return kind ? { ...params, what: t(`accident.kind.${kind}`) } : params
}

/** As near as it has been said. */
export const placeOf = (row: Pick<AccidentRow, 'place' | 'object' | 'village'>): string | null => row.place ?? row.object ?? row.village

/** How many were hurt, as far as it has been said. */
export const countsOf = (row: Pick<AccidentRow, Counted>): { name: Counted; n: number | null }[] =>
  COUNTED.map((name) => ({ name, n: row[name] }))
