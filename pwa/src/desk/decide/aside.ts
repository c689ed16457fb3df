import type { Action, HazardView } from '@/contract'
import { me } from '@/desk/data/me'
import { type Form, formFor } from '@/desk/logic/actionForm'

/**
 * Forms that were left with something in them, each person's own: there again when the step is chosen again.
 * Cancelling or sending ends them, and so does closing the page: a sentence from last week is nobody's decision.
 */
const left = new Map<string, Form>()
const WORDS = ['reasonCode', 'reason', 'note', 'document', 'corrected_note', 'duplicate'] as const
const keyOf = (hazard: HazardView, action: Action): string => `${me.value?.id ?? ''} ${hazard.id} ${action}`

/** What the rules fill in is theirs to fill in again. */
function isWritten(form: Form, blank: Form): boolean {
  return form.photos.length > 0 || WORDS.some((word) => form[word].trim() !== blank[word].trim())
}

export function putAside(hazard: HazardView, action: Action, form: Form): void {
  if (isWritten(form, formFor(action, hazard))) left.set(keyOf(hazard, action), form)
}

/** It is in the form now: whoever leaves that once more puts it aside once more. */
export function takeBack(hazard: HazardView, action: Action): Form | undefined {
  const key = keyOf(hazard, action)
  const form = left.get(key)
  left.delete(key)
  return form
}
