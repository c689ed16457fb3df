import type { PatrolTask } from '@/contract'
import { taskOf } from '@/core/outbox/task'
import type { Fix, OutboxItem } from '@/core/types'
import { metresTo } from '@/field/shell/far'

/** A task with how far it is, if phone and place are known. */
export interface Near {
  task: PatrolTask
  metres: number | null
}

/** Those whose visit or reason waits in the outbox are off the list. */
export function underWay(items: readonly OutboxItem[]): Set<string> {
  return new Set(items.flatMap((item) => taskOf(item) ?? []))
}

type Spot = Pick<Fix, 'lat' | 'lon'> | null

/** Nearest to `from` first; without a position, or without a place of its own, by what has waited longest. `here`: where the phone is by now. */
export function inOrder(tasks: readonly PatrolTask[], from: Spot, here: Spot = from): Near[] {
  const ordered = tasks.map((task) => ({ task, metres: metresTo(task.object, from) })).sort(byDistance)
  return here === from ? ordered : ordered.map(({ task }) => ({ task, metres: metresTo(task.object, here) }))
}

function byDistance(a: Near, b: Near): number {
  const far = (near: Near): number => near.metres ?? Number.MAX_SAFE_INTEGER
  return far(a) - far(b) || a.task.original_due_on.localeCompare(b.task.original_due_on) || nameOf(a.task).localeCompare(nameOf(b.task))
}

export const nameOf = (task: PatrolTask): string => task.object?.name ?? task.grid?.name ?? task.duty
