import type { Action, PhotoRole } from '@/contract'
import type { Need } from '@/core/flow'
import type { ActionFields } from '@/core/types'
import type { Key } from '@/words'

/** What the page of a step asks for; what it must bring stands in flow.json. */
export interface StepForm {
  lead?: Key
  note?: Key
  reason?: Key
  photo?: PhotoRole
  rating?: true
  outcome?: true
  department?: true
  due?: true
  correction?: true
  send?: Key
}

const FORMS: Partial<Record<Action, StepForm>> = {
  sign_for: { lead: 'field.act.sign_for_text' },
  finish: { lead: 'field.act.finish_lead', note: 'field.act.finish_note', photo: 'after', outcome: true, send: 'field.act.finish_send' },
  finish_part: { note: 'field.act.finish_note' },
  hand_back: { lead: 'field.act.hand_back_text', reason: 'field.act.reason', department: true },
  ask_extension: { due: true, reason: 'field.act.reason' },
  escalate: { note: 'field.act.answer', photo: 'before', send: 'field.do.escalate' },
  fix_on_site: { photo: 'after', rating: true, outcome: true },
  archive: { lead: 'field.act.archive_text' },
  suspect_major: { lead: 'field.act.suspect_text', reason: 'field.act.suspect_reason' },
  reopen: { lead: 'field.act.reopen_text', note: 'field.act.reason' },
  comment: { note: 'field.act.comment', send: 'field.act.comment_send' },
  correct: { lead: 'field.act.correct_text', correction: true },
  reply_supervision: { note: 'field.act.note' },
}

export const formOf = (action: Action): StepForm => FORMS[action] ?? { note: 'field.act.note' }

const BROUGHT: Record<Need, (fields: ActionFields, photos: number) => boolean> = {
  note: (fields) => Boolean(fields.note?.trim()),
  reason: (fields) => Boolean(fields.reason?.trim()),
  rating: (fields) => Boolean(fields.rating),
  after_photo: (_fields, photos) => photos > 0,
  fresh_photo: (_fields, photos) => photos > 0,
  department: (fields) => Boolean(fields.department_id),
  suggestion: (fields) => Boolean(fields.suggested_department_id),
  due: (fields) => Boolean(fields.due_at),
  duplicate: (fields) => Boolean(fields.duplicate_of),
}

const FREE_MS = 30 * 60_000
const CORRECTED = ['corrected_note', 'place', 'category_code', 'corrected_position', 'corrected_enterprise_id'] as const

/** A correction is free for half an hour; afterwards it is a new version with a reason. */
export const isLateToCorrect = (receivedAt: string, now: number): boolean => now - Date.parse(receivedAt) > FREE_MS

export const isUnchanged = (fields: ActionFields): boolean => CORRECTED.every((name) => fields[name] == null)

/** What the server would ask for, said before anything is sent. */
export function lackingOf(wanted: readonly Need[], fields: ActionFields, photos: number): Need[] {
  return wanted.filter((need) => !BROUGHT[need](fields, photos))
}

/** The end of that day in the county (18:00), as the server wants it. */
export const dueAt = (day: string): string | null => (day ? `${day}T18:00:00+08:00` : null)
