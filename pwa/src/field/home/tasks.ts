import type { Action, HazardView } from '@/contract'

/** One thing that waits for the person who holds this phone. */
export interface Task {
  hazard: HazardView
  action: Action
}

/** Steps that the phone offers as today's work, most binding first. */
const WORK: readonly Action[] = ['verify', 'sign_for', 'finish', 'escalate', 'finish_part', 'pass_recheck', 'archive']

function taskOf(hazard: HazardView): Task | null {
  const allowed = new Set(hazard.actions.map((one) => one.action))
  const wanted = WORK.find((action) => allowed.has(action) && isWork(action, hazard))
  return wanted ? { hazard, action: wanted } : null
}

/** A desk's own "escalate" is desk work; 24 hours after `verified` a case archives itself. */
function isWork(action: Action, hazard: HazardView): boolean {
  if (action === 'escalate') return hazard.state === 'reported'
  if (action === 'archive') return hazard.state === 'fixed_on_site'
  if (action === 'finish') return hazard.is_signed_for
  return true
}

const LAST = '9999-01-01T00:00:00Z'
const PRESSING = new Set(['approaching', 'missed', 'very_late'])

/** 待核验 → 快到期 → 被退回 → the rest (ui 4.1). */
function rankOf({ hazard, action }: Task): number {
  if (action === 'verify') return 0
  if (hazard.clock && PRESSING.has(hazard.clock.status)) return 1
  if (action === 'escalate' || hazard.round > 1) return 2
  return 3
}

const dueOf = ({ hazard, action }: Task): number =>
  Date.parse((action === 'pass_recheck' ? hazard.recheck?.due_at : hazard.clock?.due_at) ?? LAST)

/** Found by others at the place that has to put it right itself: the enterprise's own list. */
export const isOurs = ({ hazard, action }: Task): boolean =>
  hazard.department?.kind === 'enterprise' && (action === 'sign_for' || action === 'finish')

/** `queued`: cases whose next step has been taken and only waits for signal. */
export function tasksOf(hazards: readonly HazardView[], queued: ReadonlySet<string> = new Set()): Task[] {
  const tasks = hazards.flatMap((hazard) => (queued.has(hazard.id) ? [] : (taskOf(hazard) ?? [])))
  return tasks.sort((a, b) => rankOf(a) - rankOf(b) || dueOf(a) - dueOf(b))
}
