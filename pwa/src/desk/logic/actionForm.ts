import { CONTRACT, type Action, type AllowedAction, type HazardAction, type HazardView, type Level, type OrganizationKind, type Outcome, type PhotoPromise } from '@/contract'
import { isEnforced, outcomesOf } from '@/core/flow'

/** The fields a step may ask for; each has one component in decide/fields. */
export type Field =
  | 'department' | 'assisting' | 'suggestion' | 'due' | 'reason' | 'note' | 'photos' | 'rating' | 'duplicate' | 'outcome' | 'document'
  | 'category' | 'level' | 'place' | 'position' | 'corrected_note'

/** WGS-84, degrees. */
export interface Spot {
  lat: number
  lon: number
}

export interface Form {
  department: string
  assisting: string[]
  suggestion: string
  due: string
  reasonCode: string
  reason: string
  note: string
  photos: PhotoPromise[]
  rating: number
  outcome: Outcome | ''
  document: string
  duplicate: string
  category: string
  level: Level | ''
  place: string
  position: Spot | null
  corrected_note: string
}

/** `needs` of flow.json → field. What is not asked for may still be offered: see EXTRAS. */
const FIELD_OF: Readonly<Record<string, Field>> = {
  department: 'department',
  suggestion: 'suggestion',
  due: 'due',
  reason: 'reason',
  note: 'note',
  after_photo: 'photos',
  fresh_photo: 'photos',
  rating: 'rating',
  duplicate: 'duplicate',
}
const EXTRAS: Partial<Record<Action, readonly Field[]>> = {
  assign: ['due', 'assisting', 'note'],
  reassign: ['due', 'assisting'],
  merge: ['note'],
  finish: ['outcome', 'document'],
  record_enforcement: ['outcome', 'document'],
  verify: ['note'],
  fix_on_site: ['note', 'outcome'],
  pass_recheck: ['note'],
  fail_recheck: ['note'],
  urge: ['note'],
  correct: ['category', 'level', 'place', 'position', 'corrected_note', 'reason'],
}
const ORDER: readonly Field[] = [
  'duplicate', 'department', 'suggestion', 'assisting', 'due', 'reason', 'photos', 'outcome', 'document', 'rating', 'note',
  'category', 'level', 'place', 'position', 'corrected_note',
]

/** Reasons to choose from, in the order of how often they are true; words are desk.reason.<code>. */
export const REASONS: Partial<Record<Action, readonly string[]>> = {
  escalate: ['not_ours', 'needs_enforcement', 'needs_supervision'],
  refer: ['unclear', 'joint'],
  void: ['not_a_hazard', 'already_gone', 'too_vague', 'test'],
  hand_back: ['not_our_duty', 'not_our_area', 'others_first'],
  ask_extension: ['waiting_material', 'weather', 'funds', 'larger_work'],
  grant_extension: ['reason_holds'],
  refuse_extension: ['can_be_done', 'too_dangerous'],
  reject: ['still_there', 'half_done', 'new_danger'],
  suspect_major: ['matches_standard', 'people_at_risk'],
  confirm_major: ['matches_standard', 'people_at_risk'],
  list_supervision: ['major_hazard', 'long_overdue', 'often_rejected'],
  delist: ['rectified', 'listed_by_mistake'],
  ask: ['unclear_photo', 'unclear_place', 'unclear_hazard', 'wrong_category'],
}

/** A village passes a case up because that is its way, not because it is somebody else's. */
const VILLAGE_REASONS: Partial<Record<Action, readonly string[]>> = { escalate: ['village_checked', 'beyond_village'] }

export function reasonsOf(action: Action, desk: OrganizationKind | undefined): readonly string[] {
  return (desk === 'village' ? VILLAGE_REASONS[action] : undefined) ?? REASONS[action] ?? []
}

/** Where the note itself is chosen from a list: what a gridworker is to add, in words that are sent as they stand. */
const NOTE_BY_CHOICE: ReadonlySet<Action> = new Set(['ask'])

export function emptyForm(): Form {
  return {
    department: '', assisting: [], suggestion: '', due: '', reasonCode: '', reason: '', note: '',
    photos: [], rating: 0, outcome: '', document: '', duplicate: '', category: '', level: '', place: '', position: null, corrected_note: '',
  }
}

/** A form as it opens: what is known already is filled in. */
export function formFor(action: Action, hazard: HazardView): Form {
  const form = emptyForm()
  if (action === 'assign') form.department = hazard.suggested_department?.id ?? ''
  if (action === 'grant_extension') form.due = hazard.asked_extension_to ?? ''
  form.outcome = outcomeFor(action, hazard)
  if (action === 'correct') {
    form.category = hazard.category_code
    form.level = hazard.level
    form.place = hazard.place
    form.corrected_note = hazard.note
  }
  return form
}

/** An order or a penalty of before stands; else the usual. An execution that is only described has none. */
function outcomeFor(action: Action, hazard: HazardView): Outcome | '' {
  const outcomes = outcomesOf(action)
  if (action === 'record_enforcement' || hazard.department?.kind === 'enterprise') return ''
  return (hazard.outcome && isEnforced(hazard.outcome) && outcomes.includes(hazard.outcome) ? hazard.outcome : outcomes[0]) ?? ''
}

export type Asked = Pick<AllowedAction, 'action' | 'needs'>

const FREE_MS = 30 * 60_000

/** A correction is free for half an hour; afterwards it is a new version, with a reason. */
export function askedFor<Step extends Asked>(step: Step, receivedAt: string, now: number): Step {
  const isLate = step.action === 'correct' && now - Date.parse(receivedAt) > FREE_MS
  return isLate ? { ...step, needs: [...step.needs, 'reason'] } : step
}

export function requiredFields({ action, needs }: Asked): Field[] {
  const fields = needs.flatMap((need) => FIELD_OF[need] ?? [])
  return [...new Set(NOTE_BY_CHOICE.has(action as Action) ? fields.map((one) => (one === 'note' ? 'reason' : one)) : fields)]
}

export function fieldsOf(step: Asked): Field[] {
  const wanted = new Set([...requiredFields(step), ...(EXTRAS[step.action as Action] ?? [])])
  return ORDER.filter((field) => wanted.has(field))
}

const IS_FILLED: Record<Field, (form: Form) => boolean> = {
  department: (form) => form.department !== '',
  assisting: (form) => form.assisting.length > 0,
  suggestion: (form) => form.suggestion !== '',
  due: (form) => form.due !== '',
  reason: (form) => form.reasonCode !== '' || form.reason.trim() !== '',
  note: (form) => form.note.trim() !== '',
  photos: (form) => form.photos.length > 0,
  rating: (form) => form.rating > 0,
  duplicate: (form) => form.duplicate !== '',
  outcome: (form) => form.outcome !== '',
  document: (form) => isEnforced(form.outcome) && form.document.trim() !== '',
  category: (form) => form.category !== '',
  level: (form) => form.level !== '',
  place: (form) => form.place.trim() !== '',
  position: (form) => form.position !== null,
  corrected_note: (form) => form.corrected_note.trim() !== '',
}

export function missingFields(step: Asked, form: Form): Field[] {
  return requiredFields(step).filter((field) => !IS_FILLED[field](form))
}

/** A department cannot assist in the case that it leads. */
export function assistingOf(form: Form): string[] {
  return form.assisting.filter((id) => id !== form.department)
}

type Part = Partial<HazardAction>
const BODY_OF: Record<Field, (form: Form, reasonWords: string) => Part> = {
  department: (form) => ({ department_id: form.department }),
  assisting: (form) => ({ assisting_ids: assistingOf(form) }),
  suggestion: (form) => ({ suggested_department_id: form.suggestion }),
  due: (form) => ({ due_at: form.due }),
  reason: (form, words) => ({ reason: words, ...(form.reasonCode && { reason_code: form.reasonCode }) }),
  note: (form) => ({ note: form.note.trim() }),
  photos: (form) => ({ photos: form.photos }),
  rating: (form) => ({ rating: form.rating }),
  duplicate: (form) => ({ duplicate_of: form.duplicate }),
  outcome: (form) => (form.outcome ? { outcome: form.outcome } : {}),
  document: (form) => ({ outcome_document: form.document.trim() }),
  category: (form) => ({ category_code: form.category }),
  level: (form) => (form.level ? { level: form.level } : {}),
  place: (form) => ({ place: form.place.trim() }),
  position: (form) => (form.position ? { corrected_position: { ...form.position, source: 'map' } } : {}),
  corrected_note: (form) => ({ corrected_note: form.corrected_note.trim() }),
}

/** The body as it will be sent; `sayReason` turns a reason's code into the words people read later. */
export function bodyOf(
  step: Asked,
  form: Form,
  now: Date,
  sayReason: (code: string) => string,
): HazardAction {
  const reason = [form.reasonCode && sayReason(form.reasonCode), form.reason.trim()].filter(Boolean).join('：')
  const parts = fieldsOf(step)
    .filter((field) => IS_FILLED[field](form))
    .map((field) => BODY_OF[field](form, reason))
  const body: HazardAction = {
    contract: CONTRACT, action: step.action as Action, occurred_at: now.toISOString(),
  }
  const whole = Object.assign(body, ...parts) as HazardAction
  return NOTE_BY_CHOICE.has(step.action as Action) ? { ...whole, note: whole.reason, reason: undefined } : whole
}
