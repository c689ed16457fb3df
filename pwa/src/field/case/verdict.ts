import type { ActionFields } from '@/core/types'
import type { Key } from '@/words'

export type Verdict = 'verify' | 'reject'

/** Farther from the case than this is asked about; the answer is stored, nothing is blocked. */
export const FAR_M = 200

export const isFar = (metres: number | null): metres is number => metres !== null && metres > FAR_M

export function distanceWords(metres: number): { key: Key; params: { n: number } } {
  if (metres < 1000) return { key: 'field.verify.metres', params: { n: Math.round(metres / 10) * 10 } }
  return { key: 'field.verify.kilometres', params: { n: Math.round(metres / 100) / 10 } }
}

/** What the verifier has not given yet, in the order of the form. */
export function lacking(verdict: Verdict | null, hasPhoto: boolean, fields: ActionFields): Key | null {
  if (!hasPhoto) return 'field.verify.need_photo'
  if (verdict === null) return 'field.verify.need_verdict'
  if (verdict === 'verify') return fields.rating ? null : 'field.verify.need_rating'
  return fields.reason?.trim() ? null : 'field.verify.need_reason'
}

/** Only what belongs to the verdict goes along: a rating says nothing about a rejection. */
export function fieldsFor(verdict: Verdict, fields: ActionFields, whereabouts: string): ActionFields {
  const shared = { position: fields.position ?? null, ...(whereabouts ? { note: whereabouts } : {}) }
  if (verdict === 'verify') return { ...shared, rating: fields.rating ?? null }
  return { ...shared, reason: fields.reason ?? '', reason_code: fields.reason_code ?? null }
}
