/** The workflow table as the server has it; the only place of the PWA that knows it. */
import type { Action, State } from '@/contract'
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
const OPEN = new Set<string>(flow.open)

export function stepsFrom(state: State): Step[] {
  return STEPS.filter((step) => step.from === state)
}

/** What an action must bring; the same in every state that knows it. */
export function needs(action: Action, from?: State): Need[] {
  return STEPS.find((step) => step.action === action && (!from || step.from === from))?.needs ?? []
}

export function isOpen(state: State): boolean {
  return OPEN.has(state)
}

/** Comment, urge, supervise…: events beside the states. */
export function isBeside(action: Action): boolean {
  return flow.actions[action].beside
}
