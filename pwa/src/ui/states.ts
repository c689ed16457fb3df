import type { State } from '@/contract'
import type { IconName } from './icons'

export type { State }
/** Where a record stands before the server has it. */
export type QueueState = 'draft' | 'waiting' | 'sending' | 'uploaded' | 'attention'
export type Tone = 'purple' | 'teal' | 'ink' | 'green' | 'orange' | 'grey'

/** Never one of the four risk colours as a fill: a state is an outline, a sign and a word. */
export const LOOK: Record<State | QueueState, { tone: Tone; icon: IconName; dashed?: true }> = {
  draft: { tone: 'grey', icon: 'draft', dashed: true },
  waiting: { tone: 'grey', icon: 'cloud', dashed: true },
  sending: { tone: 'grey', icon: 'cloud' },
  uploaded: { tone: 'green', icon: 'cloud_done' },
  attention: { tone: 'orange', icon: 'warning' },
  reported: { tone: 'orange', icon: 'returned' },
  fixed_on_site: { tone: 'green', icon: 'tick' },
  escalated: { tone: 'purple', icon: 'inbox' },
  assigned: { tone: 'teal', icon: 'wrench' },
  done: { tone: 'ink', icon: 'eye' },
  verified: { tone: 'green', icon: 'tick' },
  archived: { tone: 'green', icon: 'archive' },
  merged: { tone: 'grey', icon: 'merge' },
  voided: { tone: 'grey', icon: 'void' },
}

const QUEUE = new Set<string>(['draft', 'waiting', 'sending', 'uploaded', 'attention'])
const isQueueState = (state: State | QueueState): state is QueueState => QUEUE.has(state)

export const wordOf = (state: State | QueueState): `state.${State}` | `queue.${QueueState}` =>
  isQueueState(state) ? `queue.${state}` : `state.${state}`
