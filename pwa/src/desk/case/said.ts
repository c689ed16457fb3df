import type { HazardEvent } from '@/contract'
import { chinaDate } from '@/core/clock'
import { bringerOf } from '@/ui/events'
import { outcomeOf } from '@/ui/outcomes'
import { t, wordFor } from '@/words'

/** The words of an event: its name, and what people wrote or changed in it. */
export const eventName = (event: HazardEvent): string => wordFor(`event.${event.kind}`) ?? event.kind

const TEXTS = ['note', 'reason', 'question'] as const
const NAMES = ['department', 'holder', 'ground'] as const
/** Steps that put the case into other hands; in the others a body is only a circumstance. */
const HANDS_OVER = new Set([
  'hazard.escalated', 'hazard.assigned', 'hazard.reassigned', 'hazard.sent_down', 'hazard.referred', 'hazard.handed_back',
  'hazard.reopened', 'hazard.rejected', 'hazard.moved', 'hazard.regrounded',
])

export function saidIn(event: HazardEvent): string[] {
  const texts = TEXTS.map((key) => event.data[key])
  const names = HANDS_OVER.has(event.kind) ? NAMES.map((key) => nameIn(event.data[key])) : []
  if (event.kind === 'hazard.regrounded') names.splice(0, names.length, groundOf(event))
  const due = event.data['due_at']
  const lines = [...names.filter(Boolean).slice(0, 1).map((name) => t('desk.timeline.to', { name: String(name) })), outcomeOf(event), ...texts]
  if (typeof due === 'string') lines.push(t('desk.timeline.due', { day: chinaDate(Date.parse(due)) }))
  const bringer = bringerOf(event)
  if (bringer) lines.push(t('ui.brought_by', { name: bringer }))
  return [...new Set(lines.filter((line): line is string => typeof line === 'string' && line !== ''))]
}

/** The grid, and its village where that is another one now. */
function groundOf(event: HazardEvent): string {
  const [body, grid] = [event.data['body'], event.data['ground']].map((one) => nameIn(one) ?? '')
  return body && grid && !grid.startsWith(body) ? `${body} ${grid}` : (grid ?? '')
}

function nameIn(value: unknown): string | null {
  if (typeof value === 'string') return /^[0-9a-f-]{36}$/.test(value) ? null : value
  const named = value as { short_name?: string; name?: string } | null
  return named?.short_name ?? named?.name ?? null
}
