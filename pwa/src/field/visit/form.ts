import type { Answered, ChecklistItem, ChecklistVersion } from '@/contract'
import { spots } from '@/core/visits/spots'
import type { ReportDraft, VisitAnswer, VisitDraft } from '@/core/types'
import type { Shot } from '@/field/shell/useDraft'
import type { Key } from '@/words'

/** The two that must be looked at one by one; drawn by the visit's own id. */
export function drawnOf(visitId: string, list: ChecklistVersion): ChecklistItem[] {
  const codes = spots(visitId, list.items.filter((item) => item.kind === 'hazard').map((item) => item.code))
  return list.items.filter((item) => codes.includes(item.code))
}

export const answersOf = (draft: VisitDraft, code: string): VisitAnswer[] => draft.answers.filter((one) => one.code === code)
export const chosenOf = (draft: VisitDraft, code: string): Answered | null => answersOf(draft, code)[0]?.answer ?? null

/** One word for the question; what was said of it before gives way. */
export function withChosen(draft: VisitDraft, code: string, answer: Answered, finding: ReportDraft | null): VisitDraft {
  if (chosenOf(draft, code) === answer) return draft
  return { ...draft, answers: [...draft.answers.filter((one) => one.code !== code), blank(code, answer, finding)] }
}

/** A further member of the bundle with the same trouble. */
export function withOneMore(draft: VisitDraft, code: string, finding: ReportDraft | null): VisitDraft {
  return { ...draft, answers: [...draft.answers, blank(code, 'issue', finding)] }
}

function blank(code: string, answer: Answered, finding: ReportDraft | null): VisitAnswer {
  return { code, answer, memberId: null, note: '', finding }
}

/** `at` counts within `draft.answers`. */
export function withPart(draft: VisitDraft, at: number, part: Partial<VisitAnswer>): VisitDraft {
  return { ...draft, answers: draft.answers.map((one, n) => (n === at ? { ...one, ...part } : one)) }
}

export function without(draft: VisitDraft, at: number): VisitDraft {
  return { ...draft, answers: draft.answers.filter((_, n) => n !== at) }
}

/** The finding has gone its own way, or was thrown away on it: here it is only looked at. */
export const isAway = ({ isHandedIn, isDiscarded }: VisitAnswer): boolean => Boolean(isHandedIn ?? isDiscarded)

/** Of what has gone its own way the photos are no longer the visit's: it must not throw them away. */
export const photosOf = ({ answers }: Pick<VisitDraft, 'answers'>): string[] =>
  answers.flatMap((one) => (isAway(one) ? [] : (one.finding?.photoIds ?? [])))

export interface Missing {
  key: Key
  code: string
}

/** What still has to be done before it can be handed in; null = nothing. */
export function missingOf(draft: VisitDraft, list: ChecklistVersion, shots: readonly Shot[]): Missing | null {
  const blankDrawn = drawnOf(draft.id, list).find((item) => chosenOf(draft, item.code) === null)
  if (blankDrawn) return { key: 'field.visit.need_drawn', code: blankDrawn.code }
  const roles = new Map(shots.map((shot) => [shot.id, shot.role]))
  for (const one of draft.answers) {
    const key = one.answer === 'issue' ? gapIn(one, roles) : null
    if (key) return { key, code: one.code }
  }
  return null
}

function gapIn(answer: VisitAnswer, roles: ReadonlyMap<string, string>): Key | null {
  const { finding, note } = answer
  if (isAway(answer)) return null
  if (!finding) return note.trim() ? null : 'field.visit.need_note'
  const taken = finding.photoIds.map((id) => roles.get(id))
  if (!taken.includes('before')) return 'field.visit.need_photo'
  if (!finding.fix) return null
  if (!taken.includes('after')) return 'field.visit.need_after'
  return finding.fix.rating ? null : 'field.visit.need_rating'
}

/** How many questions 「其余都正常」 speaks for. */
export function restOf(draft: VisitDraft, list: ChecklistVersion): number {
  return list.items.filter((item) => chosenOf(draft, item.code) === null).length
}

/**
 * As it is handed in: what nobody has answered is fine. It was done when it was first handed in; after 撤回 or
 * 修改, days later perhaps, it stays the visit of that day. Until then its time is that of its start.
 */
export function finished(draft: VisitDraft, list: ChecklistVersion, now: number): VisitDraft {
  const answers = draft.answers.map((one) => (one.finding ? { ...one, finding: sentOn(one.finding) } : one))
  const occurredAt = draft.occurredAt === draft.createdAt ? now : draft.occurredAt
  return { ...draft, answers, restFine: restOf(draft, list) > 0, occurredAt }
}

/** Its time stays the one at which it was found: handed in again after 修改, it is the same report. */
function sentOn(finding: ReportDraft): ReportDraft {
  return { ...finding, fields: { ...finding.fields, escalate: !finding.fix } }
}
