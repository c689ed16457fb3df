import type { HazardEvent, HazardRow } from '@/contract'

/** What somebody else has changed while a decision was being written. */
export type ChangedField =
  | 'state' | 'holder' | 'department' | 'due_at' | 'level' | 'category_code' | 'round' | 'is_signed_for' | 'place'

export interface Change {
  field: ChangedField
  from: string
  to: string
}

const READERS: Record<ChangedField, (row: HazardRow) => string> = {
  state: (row) => row.state,
  holder: (row) => row.holder?.short_name ?? '',
  department: (row) => row.department?.short_name ?? '',
  due_at: (row) => row.due_at ?? '',
  level: (row) => row.level,
  category_code: (row) => row.category_code,
  round: (row) => String(row.round),
  is_signed_for: (row) => String(row.is_signed_for),
  place: (row) => row.place,
}

export function changesBetween(before: HazardRow, after: HazardRow): Change[] {
  return (Object.keys(READERS) as ChangedField[])
    .map((field) => ({ field, from: READERS[field](before), to: READERS[field](after) }))
    .filter((change) => change.from !== change.to)
}

/** `version` counts the events of a case, so what lies behind it is what happened meanwhile. */
export function eventsSince(timeline: readonly HazardEvent[], version: number): HazardEvent[] {
  return timeline.slice(version)
}
