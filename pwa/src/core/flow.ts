/** The workflow table as the server has it; the only place of the PWA that knows it. */
import type { Action, Outcome, State } from '@/contract'
import flow from '@/contract/flow.json'

export type Need =
  | 'note'
  | 'reason'
  | 'rating'
  | 'after_photo'
  | 'fresh_photo'
  | 'department'
  | 'suggestion'
  | 'due'
  | 'duplicate'

export interface Step {
  from: State
  action: Action
  to: State
  who: string[]
  needs: Need[]
}

const STEPS = flow.steps as unknown as Step[]
const OUTCOMES: Partial<Record<Action, readonly string[]>> = flow.outcomes
const ENFORCED = new Set<string>(flow.enforced)
const OPEN = new Set<string>(flow.open)

export function stepsFrom(state: State): Step[] {
  return STEPS.filter((step) => step.from === state)
}

/** What an action must bring; the same in every state that knows it. */
export function needs(action: Action, from?: State): Need[] {
  return STEPS.find((step) => step.action === action && (!from || step.from === from))?.needs ?? []
}

/** What may be said to have been done with a step, the usual first; none: the step says nothing of it. */
export const outcomesOf = (action: Action): readonly Outcome[] => (OUTCOMES[action] ?? []) as readonly Outcome[]

/** An order, a penalty, a transfer: there is a document of it. */
export const isEnforced = (outcome: string | null | undefined): boolean => ENFORCED.has(outcome ?? '')

export function isOpen(state: State): boolean {
  return OPEN.has(state)
}

/** Comment, urge, supervise…: events beside the states. */
export function isBeside(action: Action): boolean {
  return flow.actions[action].beside
}
