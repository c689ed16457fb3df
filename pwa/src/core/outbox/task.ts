import type { MakeVisit } from '@/contract'
import type { OutboxItem } from '@/core/types'

/** What a visit or a reason is about, the nearest first: its task, its object, its grid. */
export function subjectsOf(item: OutboxItem): string[] {
  const visit = item.kind === 'visit' && item.body ? (JSON.parse(item.body) as MakeVisit) : null
  return [taskOf(item), visit?.object_id, visit?.grid_id].flatMap((id) => id ?? [])
}

/** The task that a visit or a reason is about; read from what is sent, for a draft does not outlive its receipt. */
export function taskOf({ kind, hazardId, body }: OutboxItem): string | null {
  if (kind === 'delay') return hazardId
  return kind === 'visit' && body ? (JSON.parse(body) as MakeVisit).task_id ?? null : null
}
