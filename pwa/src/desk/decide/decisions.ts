import { reactive, shallowRef } from 'vue'
import type { AllowedAction, HazardAction, HazardView } from '@/contract'
import { newId } from '@/core/id'
import { codeOf, wordsOf } from '@/desk/data/ask'
import { act } from '@/desk/data/cases'
import type { Form } from '@/desk/logic/actionForm'
import { createHold, type Held } from '@/desk/logic/undo'

/** A decision on its way: written down at once, sent ten seconds later, told what became of it. */
export interface Decision {
  hazard: HazardView
  step: AllowedAction
  form: Form
  body: HazardAction
  label: string
}

/** A decision that the server did not take: what was meant, and the case as it was looked at. */
export interface Trouble {
  decision: Decision
  words: string
  isConflict: boolean
}

interface Watcher {
  onSent: (hazard: HazardView | null, decision: Decision) => void
  onUndone: (decision: Decision) => void
  onFailed: (decision: Decision, trouble: Trouble) => void
}

const CONFLICTS = new Set(['changed_meanwhile', 'not_allowed_now'])
const watchers = new Set<Partial<Watcher>>()
export const troubles = reactive(new Map<string, Trouble>())
export const waiting = shallowRef<Held[]>([])
const hold = createHold({ onChange: () => { waiting.value = hold.waiting() } })

export const undo = (id?: string): boolean => hold.undo(id)
export const sendNow = (): Promise<void> => hold.flush()

export function watchDecisions(watcher: Partial<Watcher>): () => void {
  watchers.add(watcher)
  return () => { watchers.delete(watcher) }
}

/** Comments need no second thought; everything else waits for U. */
export function decide(decision: Decision): void {
  const actionId = newId()
  troubles.delete(decision.hazard.id)
  const run = (isLeaving: boolean): Promise<void> => send(decision, actionId, isLeaving)
  if (decision.step.action === 'comment') {
    void run(false)
    return
  }
  hold.add({
    subject: decision.hazard.id,
    label: decision.label,
    run,
    undo: () => { for (const watcher of watchers) watcher.onUndone?.(decision) },
  })
}

async function send(decision: Decision, actionId: string, isLeaving: boolean): Promise<void> {
  const { hazard, body } = decision
  try {
    const { hazard: after } = await act(hazard.id, actionId, body, hazard.version, isLeaving)
    for (const watcher of watchers) watcher.onSent?.(after, decision)
  } catch (failure) {
    const trouble = { decision, words: wordsOf(failure), isConflict: CONFLICTS.has(codeOf(failure)) }
    troubles.set(hazard.id, trouble)
    for (const watcher of watchers) watcher.onFailed?.(decision, trouble)
  }
}

/** A closed tab must not swallow a decision: what waits is sent with `keepalive`. */
window.addEventListener('pagehide', () => { void sendNow() })
