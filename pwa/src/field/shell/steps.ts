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
]

/** A desk passes a case up on its own screen; on the phone only the reporter sends it on. */
export function isForPhone(hazard: HazardView, action: Action): boolean {
  return PAGES.includes(action) && (action !== 'escalate' || hazard.state === 'reported')
}

const VERIFYING: readonly Action[] = ['verify', 'reject']

export function routeOfStep(hazard: { id: string }, action: Action): string {
  return VERIFYING.includes(action) ? `/case/${hazard.id}/verify` : `/case/${hazard.id}/${action}`
}

export function stepWord(hazard: HazardView, action: Action): Key {
  if (action === 'verify') return 'field.do.verify'
  if (action === 'finish') return 'field.do.finish'
  if (action === 'escalate' && hazard.question) return 'field.do.escalate'
  return `action.${action}`
}

export function routeOfDraft(draft: Draft): string {
  return draft.kind === 'report' ? `/report/${draft.id}` : routeOfStep({ id: draft.hazardId }, draft.action)
}
