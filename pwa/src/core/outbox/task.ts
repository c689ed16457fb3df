import type { MakeVisit } from '@/contract'
import type { OutboxItem } from '@/core/types'

/** The task that a visit or a reason is about; read from what is sent, for a draft does not outlive its receipt. */
export function taskOf({ kind, hazardId, body }: OutboxItem): string | null {
  if (kind === 'delay') return hazardId
  return kind === 'visit' && body ? (JSON.parse(body) as MakeVisit).task_id ?? null : null
}
