import type { HazardView } from '@/contract'
import { subjectsOf } from '@/core/outbox/task'
import type { Draft, OutboxItem, VisitDraft } from '@/core/types'
import type { QueueGroup } from '@/use/useOutbox'
import type { Lang, Key } from '@/words'

/** A sentence: a key of ours, or the server's own words. */
export type Sentence = { key: Key; params?: Record<string, string | number> } | { text: string }

const CLIENT_PROBLEMS = new Set(['photo_missing', 'photo_damaged', 'refused', 'too_large'])

/** Why a group has not gone, in words; null while nothing is wrong. */
export function whyOf(items: readonly OutboxItem[], lang: Lang, now: number): Sentence | null {
  const refused = refusedOf(items)
  if (refused) return problemWords(refused, lang)
  const late = items.find((item) => item.lastError)
  if (!late?.lastError) return null
  const seconds = Math.max(1, Math.ceil((Math.max(late.notBefore, late.retryAfterUntil) - now) / 1000))
  return { key: `queue.why.${late.lastError.why}`, params: { n: seconds } }
}

function problemWords(item: OutboxItem, lang: Lang): Sentence {
  const { problem } = item
  if (problem && CLIENT_PROBLEMS.has(problem.code)) return { key: `queue.problem.${problem.code}` as Key }
  if (problem?.zh) return { text: lang === 'en' ? problem.en : problem.zh }
  return { key: 'queue.problem.refused' }
}

/**
 * Which row of a tap a button means. 放弃: the refused one of which the row speaks, never a neighbour that only
 * waits. 修改: the refused one if it can be given back, else what leads the tap; null = no such button.
 */
export function targetOf({ items, lead }: QueueGroup): { drop: OutboxItem | null; edit: OutboxItem | null } {
  const refused = refusedOf(items)
  return { drop: refused, edit: [refused, lead].find((item) => item?.draft) ?? null }
}

const refusedOf = (items: readonly OutboxItem[]): OutboxItem | null => items.find((item) => item.isRefused) ?? null

/** What was put in line by this tap: a report, a step with its name, or photos that are left. */
export function kindOf(group: QueueGroup): Key {
  const { lead } = group
  if (!lead) return 'field.pending.kind_photo'
  if (isChange(lead.draft)) return 'field.change.title'
  return KIND_OF[lead.kind] ?? (lead.action ? `action.${lead.action}` : 'field.pending.kind_report')
}

/** Of a place that is in the ledger already. */
const isChange = (draft: Draft | null): boolean => draft?.kind === 'collect' && Boolean(draft.fields.seen)

/** What is no step of a case. */
const KIND_OF: Partial<Record<OutboxItem['kind'], Key>> = {
  hazard: 'field.pending.kind_report',
  visit: 'field.patrol.visit',
  delay: 'field.patrol.delay',
  collection: 'field.collect.record',
  accident: 'accident.first',
  accident_report: 'accident.supplement',
  feedback: 'instruction.feedback',
  errand: 'errand.title',
  appeal: 'appeal.title',
}

/** Note, place or number: what makes the person recognise it. `names` of tasks, objects and grids. */
export function titleOf(group: QueueGroup, hazards: ReadonlyMap<string, HazardView>, names: ReadonlyMap<string, string>): string {
  const draft = group.items.find((item) => item.draft)?.draft
  if (draft && draft.kind !== 'action') return draftTitle(draft)
  const hazard = hazards.get(group.hazardId)
  return hazard ? hazard.note || hazard.place || hazard.number : placeOf(group, names)
}

function placeOf({ lead }: QueueGroup, names: ReadonlyMap<string, string>): string {
  const [place] = lead ? subjectsOf(lead).flatMap((id) => names.get(id) ?? []) : []
  return place ?? ''
}

export const sizeOf = (items: readonly OutboxItem[]): number => items.reduce((sum, item) => sum + item.size, 0)

/** 「1.2 MB」「40 KB」. */
export function sizeWords(bytes: number): string {
  if (bytes >= 1024 ** 3) return `${(bytes / 1024 ** 3).toFixed(1)} GB`
  if (bytes >= 1024 ** 2) return `${(bytes / 1024 ** 2).toFixed(1)} MB`
  return `${Math.max(1, Math.round(bytes / 1024))} KB`
}

export function draftTitle(draft: Draft): string {
  return draft.kind === 'visit' ? draft.title : (wordsOf(draft).find(Boolean) ?? '')
}

/** What the person has written, the most telling first. */
function wordsOf(draft: Exclude<Draft, VisitDraft>): (string | null | undefined)[] {
  switch (draft.kind) {
    case 'accident':
      return [draft.fields.place, draft.fields.course]
    case 'errand':
      return [draft.fields.topic, draft.fields.place]
    case 'appeal':
      return [draft.fields.subject, draft.fields.place]
    case 'collect':
      return [draft.fields.name, draft.fields.address]
    case 'feedback':
      return [draft.subject]
    case 'report':
      return [draft.fields.note, draft.fields.place]
    case 'action':
      return [draft.fields.note, draft.fields.reason]
  }
}

const KIND_OF_DRAFT: Record<Exclude<Draft['kind'], 'accident' | 'action'>, Key> = {
  report: 'field.pending.kind_report',
  collect: 'field.collect.record',
  visit: 'field.patrol.visit',
  feedback: 'instruction.feedback',
  errand: 'errand.title',
  appeal: 'appeal.title',
}

export function draftKind(draft: Draft): Key {
  if (isChange(draft)) return 'field.change.title'
  if (draft.kind === 'accident') return draft.id === draft.hazardId ? 'accident.first' : 'accident.supplement'
  return draft.kind === 'action' ? `action.${draft.action}` : KIND_OF_DRAFT[draft.kind]
}

/** A photo of a report that has not been taken or sent yet: the first one stands for the row. */
export const coverOf = (photoIds: readonly string[]): string | null => photoIds[0] ?? null
