/** Where somebody stands with the three competences; derived by the server, dated by the day that is asked. */
import type { Competence } from '@/contract'

export interface Shown {
  lacks: Competence[]
  /** Last day of all three, YYYY-MM-DD; null while one lacks. */
  valid_until: string | null
}

export type QualificationState = 'valid' | 'ending' | 'over' | 'lacking' | 'none'

const SOON_DAYS = 30
const DAY_MS = 86_400_000
const ALL = 3

/** On `day` (YYYY-MM-DD): so that a copy kept offline says the truth on the day it is read. */
export function qualificationOn(shown: Shown, day: string): QualificationState {
  const until = shown.valid_until
  if (until === null) return shown.lacks.length === ALL ? 'none' : 'lacking'
  if (until < day) return 'over'
  return Date.parse(until) - Date.parse(day) <= SOON_DAYS * DAY_MS ? 'ending' : 'valid'
}
