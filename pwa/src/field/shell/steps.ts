import type { Action, HazardView } from '@/contract'
import type { Draft } from '@/core/types'
import type { Key } from '@/words'

/** Steps that have their own page on the phone; the rest is desk work. */
const PAGES: readonly Action[] = [
  'verify',
  'reject',
  'sign_for',
  'finish',
  'finish_part',
  'hand_back',
  'ask_extension',
  'escalate',
  'fix_on_site',
  'archive',
  'suspect_major',
  'reopen',
  'comment',
  'correct',
  'reply_supervision',
  'pass_recheck',
  'fail_recheck',
]

/** A desk passes a case up on its own screen; on the phone only the reporter sends it on. */
export function isForPhone(hazard: HazardView, action: Action): boolean {
  return PAGES.includes(action) && (action !== 'escalate' || hazard.state === 'reported')
}

/** Two verdicts of one walk share a page. */
const PAGE_OF: Partial<Record<Action, string>> = {
  verify: 'verify',
  reject: 'verify',
  pass_recheck: 'recheck',
  fail_recheck: 'recheck',
}

export function routeOfStep(hazard: { id: string }, action: Action): string {
  return `/case/${hazard.id}/${PAGE_OF[action] ?? action}`
}

export function stepWord(hazard: HazardView, action: Action): Key {
  if (action === 'verify') return 'field.do.verify'
  if (action === 'finish') return 'field.do.finish'
  if (action === 'pass_recheck') return 'field.do.recheck'
  if (action === 'escalate' && hazard.question) return 'field.do.escalate'
  return `action.${action}`
}

export function routeOfDraft(draft: Draft): string {
  if (draft.kind === 'feedback') return `/instructions/${draft.hazardId}`
  if (draft.kind === 'appeal') return `/appeals/new/${draft.id}`
  return draft.kind === 'action' ? routeOfStep({ id: draft.hazardId }, draft.action) : `/${draft.kind}/${draft.id}`
}
