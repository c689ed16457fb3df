import type { AssessmentForm, AssessmentPaper, AssessmentResult, Evidence, StepPaper } from '@/contract'

/** Of what is named: the kind and the id of what the system has, or words with a day. */
export interface EvidenceDraft {
  chosen: string
  text: string
  on: string
}
export interface DeductionDraft {
  item: string
  points: string
  reason: string
  evidence: EvidenceDraft
}
export interface ResultDraft {
  deductions: DeductionDraft[]
  remarks: Record<string, string>
  controls: { name: string; allowed: string; actual: string }[]
  isVetoed: boolean
  veto: { reason: string; evidence: EvidenceDraft }
}
type Item = AssessmentForm['dimensions'][number]['items'][number]

export const WORDS = 'words'
export const itemsOf = (form: AssessmentForm): Item[] => form.dimensions.flatMap(({ items }) => items)
export const fullOf = (form: AssessmentForm): number => itemsOf(form).reduce((sum, { points }) => sum + points, 0)
export const newEvidence = (): EvidenceDraft => ({ chosen: '', text: '', on: '' })
export const newDeduction = (): DeductionDraft => ({ item: '', points: '', reason: '', evidence: newEvidence() })

/** What is left of each item: never below nought, whatever is being typed. */
export function leftOf(form: AssessmentForm, deductions: readonly { item: string; points: number | string }[]): Record<string, number> {
  const taken = (key: string): number => deductions.filter(({ item }) => item === key).reduce((sum, one) => sum + (Number(one.points) || 0), 0)
  return Object.fromEntries(itemsOf(form).map(({ key, points }) => [key, Math.max(0, points - taken(key))]))
}
export const totalOf = (left: Record<string, number>): number => Object.values(left).reduce((sum, one) => sum + one, 0)

/** For a sentence. */
export const sumOf = ({ total, full }: { total: number; full: number }) => ({ total, full })

/** What the county has found so far, to be worked on. */
export function draftOf({ form, result }: Pick<AssessmentPaper, 'form' | 'result'>): ResultDraft {
  const { deductions = [], remarks = {}, controls = [], veto } = result ?? {}
  return {
    deductions: deductions.map(({ item, points, reason, evidence }) => ({ item, points: String(points), reason, evidence: drafted(evidence) })),
    remarks: { ...remarks },
    controls: (form.controls ?? []).map((name) => figured(name, controls)),
    isVetoed: Boolean(veto),
    veto: veto ? { reason: veto.reason, evidence: drafted(veto.evidence) } : { reason: '', evidence: newEvidence() },
  }
}
/** As it is sent; a control figure that is not known yet is left out. */
export function resultOf(draft: ResultDraft): AssessmentResult {
  return {
    deductions: draft.deductions.map(({ item, points, reason, evidence }) => ({ item, points: Number(points), reason, evidence: named(evidence) })),
    remarks: Object.fromEntries(Object.entries(draft.remarks).filter(([, text]) => text.trim())),
    controls: draft.controls.filter(({ allowed, actual }) => isNumber(allowed) && isNumber(actual)).map(({ name, allowed, actual }) => ({ name, allowed: Number(allowed), actual: Number(actual) })),
    veto: draft.isVetoed ? { reason: draft.veto.reason, evidence: named(draft.veto.evidence) } : null,
  }
}
/** Nothing is half said: points above nought, a reason, evidence; a figure of two is no figure. */
export function isWhole(draft: ResultDraft): boolean {
  const deductions = draft.deductions.every(({ item, points, reason, evidence }) => item && Number(points) > 0 && reason.trim() && isNamed(evidence))
  const controls = draft.controls.every(({ allowed, actual }) => isNumber(allowed) === isNumber(actual))
  return deductions && controls && (!draft.isVetoed || Boolean(draft.veto.reason.trim() && isNamed(draft.veto.evidence)))
}
/** Items without a sentence, by their names. */
export const unsaid = (form: AssessmentForm, said: Record<string, string>): string[] =>
  itemsOf(form).filter(({ key }) => !said[key]?.trim()).map(({ name }) => name)
export const isOver = ({ allowed, actual }: { allowed: number; actual: number }): boolean => actual > allowed

/** 综治管理考核 100: one to a line, its points at the end. Null: a line without points. */
export function targetsOf(text: string): NonNullable<AssessmentForm['targets']> | null {
  const found = linesOf(text).map((line) => {
    const [, name = '', points = ''] = /^(.+?)\s*(\d+(?:\.5)?)\s*分?$/.exec(line) ?? []
    return { name: name.trim(), points: Number(points) }
  })
  return found.every(({ name, points }) => name && points > 0) ? found : null
}
/** Every name, item and number of points is there, and a body to be assessed. */
export function isOpenable(form: AssessmentForm): boolean {
  const dimensions = form.dimensions.length > 0 && form.dimensions.every(({ name }) => name.trim())
  const items = itemsOf(form).every(({ name, points }) => name.trim() && points > 0)
  return dimensions && items && Boolean(form.name.trim()) && form.kinds.length > 0
}
export const targetLines = (form: AssessmentForm): string => (form.targets ?? []).map(({ name, points }) => `${name} ${points}`).join('\n')
export const linesOf = (text: string): string[] => text.split('\n').map((line) => line.trim()).filter(Boolean)
/** A key that no item has yet; keys are for ever, names may change. */
export function freeKey(form: AssessmentForm): string {
  const taken = new Set(itemsOf(form).map(({ key }) => key))
  let n = 1
  while (taken.has(`own_${n}`)) n += 1
  return `own_${n}`
}

function figured(name: string, known: NonNullable<AssessmentResult['controls']>) {
  const one = known.find((control) => control.name === name)
  return { name, allowed: one ? String(one.allowed) : '', actual: one ? String(one.actual) : '' }
}
const isNumber = (text: string): boolean => text.trim() !== '' && Number(text) >= 0
const isNamed = ({ chosen, text, on }: EvidenceDraft): boolean => Boolean(chosen && (chosen !== WORDS || (text.trim() && on)))
const drafted = ({ kind, id, text, on }: Evidence): EvidenceDraft => ({ chosen: kind === WORDS ? WORDS : `${kind} ${id}`, text: text ?? '', on: on ?? '' })
function named({ chosen, text, on }: EvidenceDraft): Evidence {
  if (chosen === WORDS) return { kind: WORDS, text, on }
  const [kind, id] = chosen.split(' ')
  return { kind: kind as Evidence['kind'], id }
}
export type Step = StepPaper['step']
