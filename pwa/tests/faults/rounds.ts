/** What the model server knows of tasks, visits and reasons. All of it stands in the rows: a restore takes it along. */
import type { ChecklistVersion, MyTasks, PatrolTask } from '@/contract'
import type { ItemKind } from '@/core/types'
import type { Committed } from './modelserver'

/** So many are open at any time. */
const OPEN = 3
export const LIST = { id: 'list', key: 'list', number: 1, items: [] } as unknown as ChecklistVersion

export function myTasks(rows: Iterable<Committed[]>, person: string): MyTasks {
  const done = doneTasks(rows)
  const ids = Array.from({ length: done.size + OPEN }, (_, n) => `task-${person}-${String(n)}`)
  const open = ids.filter((id) => !done.has(id)).slice(0, OPEN)
  return { day: '2026-11-22', list_ids: [LIST.id], accompanying: [], tasks: open.map((id) => ({ id, checklist_version_id: LIST.id }) as PatrolTask) }
}

/** The first visit of each task. */
export function doneTasks(rows: Iterable<Committed[]>): Map<string, Committed> {
  const done = new Map<string, Committed>()
  for (const [row] of rows) {
    if (row?.taskId && !done.has(row.taskId)) done.set(row.taskId, row)
  }
  return done
}

/** What a path of the API is about. */
export function named(path: string): Pick<Committed, 'kind' | 'id' | 'hazardId'> {
  const [, , what = '', first = '', ...rest] = path.split('/')
  const id = rest.at(-1) ?? first
  if (what === 'visits') return { kind: 'visit', id, hazardId: '' }
  if (what === 'patrols') return { kind: 'delay', id, hazardId: '' }
  if (what === 'errands') return { kind: 'errand', id, hazardId: '' }
  if (what === 'appeals') return { kind: 'appeal', id, hazardId: '' }
  if (what === 'objects') return { kind: 'collection', id, hazardId: '' }
  if (what === 'accidents') return { kind: id === first ? 'accident' : 'accident_report', id, hazardId: first }
  return { kind: id === first ? 'hazard' : 'action', id, hazardId: first }
}

/** A step needs its case, what is added its accident. */
export function isFollower(kind: ItemKind): boolean {
  return kind === 'action' || kind === 'accident_report'
}
