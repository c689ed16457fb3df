import type { Companion, Inspection, InspectionKind, InspectionPlace, InspectionQuestion, ObjectKind, PhotoPromise, Position } from '@/contract'
import { HIDDEN_KINDS, type Accompany, type EditInspection, type PlanInspection, type RecordResult, type ReportHazard } from '@/desk/data/inspections'

/** What a plan's form holds: nothing chosen is empty. `places`: picked, by id with their names. */
export interface PlanForm {
  kind: InspectionKind
  name: string
  plan: string
  basis: string
  checklist_key: string
  starts_on: string
  until: string
  lead_id: string
  joining_ids: string[]
  inspector_ids: string[]
  places: { id: string; name: string }[]
  isDrawn: boolean
  count: string
  kinds: ObjectKind[]
  only_key: boolean
  township_id: string
}

const NO_DRAW = { isDrawn: false, count: '', kinds: [], only_key: false, township_id: '' }
const BLANK = { kind: 'routine' as const, name: '', plan: '', basis: '', checklist_key: '', lead_id: '', joining_ids: [], inspector_ids: [], places: [] }

export function planForm(known: Inspection | undefined, today: string): PlanForm {
  if (!known) return { ...BLANK, ...NO_DRAW, starts_on: today, until: today }
  const { kind, name, plan, basis, starts_on, until, lead, joining, inspectors, at } = known
  return {
    ...NO_DRAW, kind, name, plan, basis, starts_on, until,
    checklist_key: known.checklist_key ?? '',
    lead_id: lead.id,
    joining_ids: joining.map(({ id }) => id),
    inspector_ids: inspectors.map(({ id }) => id),
    places: at.map(({ object }) => ({ id: object.id, name: object.name })),
  }
}

/** A number of one or more, or null. */
export function countOf({ count }: Pick<PlanForm, 'count'>): number | null {
  const n = Math.trunc(Number(count))
  return n >= 1 ? n : null
}

const lists = (form: PlanForm) => ({
  name: form.name.trim(), plan: form.plan.trim(), basis: form.basis.trim(), starts_on: form.starts_on, until: form.until,
  joining_ids: form.joining_ids, inspector_ids: form.inspector_ids, ...(form.checklist_key && { checklist_key: form.checklist_key }),
})
export function planOf(form: PlanForm): PlanInspection {
  const count = countOf(form)
  const draw = form.isDrawn && count ? { count, kinds: form.kinds, only_key: form.only_key, ...(form.township_id && { township_id: form.township_id }) } : null
  return { ...lists(form), kind: form.kind, lead_id: form.lead_id, object_ids: form.isDrawn ? [] : form.places.map(({ id }) => id), draw }
}
export const editOf = (form: PlanForm): EditInspection => ({ ...lists(form), object_ids: form.places.map(({ id }) => id) })

/** What is missing before a plan can be sent: the server knows the rest. */
export function missingOf(form: PlanForm): string[] {
  const wants: [string, boolean][] = [
    ['name', Boolean(form.name.trim())],
    ['joining_ids', form.kind !== 'joint' || form.joining_ids.length > 0],
    ['object_ids', form.isDrawn || form.places.length > 0],
    ['count', !form.isDrawn || countOf(form) !== null],
  ]
  return wants.filter(([, is]) => !is).map(([name]) => name)
}

/** Something that is not in order at one place. `hazard_id`: its own from the start, so that it is reported once. */
export interface Finding {
  key: string
  code: string | null
  isHazard: boolean
  note: string
  measure: string
  category_code: string
  isMajor: boolean
  photos: PhotoPromise[]
  no_photo_reason: string
  hazard_id: string
  isReported: boolean
  /** Where somebody stood who pressed the button; else it lies where the place does. */
  position: Position | null
}
export interface ResultForm {
  looked_on: string
  findings: Finding[]
  unfit: string[]
  note: string
  accompanied_by: string
}

/** Who may be chosen: those who could go along, and who is named already. */
export function companionsOf(place: Pick<InspectionPlace, 'accompanied_by' | 'could_accompany'>): Companion[] {
  const named = place.accompanied_by
  const isKnown = !named || place.could_accompany.some(({ id }) => id === named.id)
  return isKnown ? place.could_accompany : [{ ...named, is_of_grid: false }, ...place.could_accompany]
}

/** Whoever keeps the grid of each place where nobody is asked yet; nobody to an unannounced one. */
export function proposedFor({ kind, at }: Pick<Inspection, 'kind' | 'at'>): Accompany[] {
  if (HIDDEN_KINDS.has(kind)) return []
  return at.filter((place) => !place.recorded_at && !place.accompanied_by).flatMap((place) => {
    const own = place.could_accompany.find(({ is_of_grid }) => is_of_grid)
    return own ? [{ object_id: place.object.id, person_id: own.id }] : []
  })
}

export function finding(question: InspectionQuestion | null, id: string): Finding {
  return {
    key: question?.code ?? id, code: question?.code ?? null, isHazard: !question || question.kind === 'hazard', note: '', measure: '',
    category_code: question?.category_code ?? '', isMajor: false, photos: [], no_photo_reason: '', hazard_id: id, isReported: false, position: null,
  }
}

/** As it was put down before, or blank for today. */
export function resultForm(place: InspectionPlace, questions: readonly InspectionQuestion[], today: string, newId: () => string): ResultForm {
  const issues = place.answers.filter(({ answer }) => answer === 'issue')
  return {
    looked_on: place.looked_on ?? today,
    findings: issues.map((said) => {
      const question = questions.find(({ code }) => code === said.code) ?? null
      const id = said.hazard_id ?? newId()
      return { ...finding(question, id), key: said.code ?? id, code: said.code, note: said.note, measure: said.measure, isReported: said.hazard_id !== null }
    }),
    unfit: place.answers.filter(({ answer, code }) => answer === 'not_applicable' && code !== null).map(({ code }) => code ?? ''),
    note: place.note,
    accompanied_by: place.accompanied_by?.id ?? '',
  }
}

/** Those that the server says are meant for the place, and what was answered all the same. */
export const questionsFor = (place: InspectionPlace, questions: readonly InspectionQuestion[]): InspectionQuestion[] =>
  questions.filter(({ code }) => place.asked.includes(code) || place.answers.some((said) => said.code === code))

/** What a finding still lacks before it can be reported. */
export function lackOf(one: Finding): 'note' | 'category_code' | 'photos' | null {
  if (!one.note.trim()) return 'note'
  if (!one.isHazard || one.isReported) return null
  if (!one.category_code) return 'category_code'
  return one.photos.length || one.no_photo_reason.trim() ? null : 'photos'
}

/** The report of a finding; `occurred_at`: when it was looked at. */
export function reportOf(one: Finding, place: Pick<InspectionPlace, 'object' | 'lat' | 'lon'>, occurred_at: string): ReportHazard {
  const enterprise_id = place.object.id
  return {
    contract: 1, category_code: one.category_code, level: 'general', is_suspected_major: one.isMajor, is_urgent: false, escalate: true,
    note: one.note.trim(), place: '', enterprise_id, photos: one.photos, no_photo_reason: one.photos.length ? null : one.no_photo_reason.trim(), occurred_at,
    position: one.position ?? ofPlace(place),
  }
}

function ofPlace({ lat, lon }: Pick<InspectionPlace, 'lat' | 'lon'>): Position | null {
  return lat === null || lon === null ? null : { lat, lon, accuracy_m: null, source: 'place' }
}
export function resultOf(form: ResultForm): RecordResult {
  const issues = form.findings.map((one) => ({
    code: one.code, answer: 'issue' as const, note: one.note.trim(), measure: one.measure.trim(), hazard_id: one.isHazard ? one.hazard_id : null,
  }))
  const unfit = form.unfit.map((code) => ({ code, answer: 'not_applicable' as const, note: '', measure: '' }))
  return { looked_on: form.looked_on, answers: [...issues, ...unfit], note: form.note.trim(), accompanied_by_id: form.accompanied_by || null }
}
