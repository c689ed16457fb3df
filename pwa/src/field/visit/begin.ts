import type { ChecklistItem, ChecklistVersion, GridRef, PatrolTask, Position } from '@/contract'
import { account } from '@/core/account'
import { listDrafts, loadDraft, newReport, newVisit } from '@/core/drafts'
import type { Fix, ReportDraft, VisitDraft } from '@/core/types'
import { nameOf } from '@/field/patrols/order'
import { positionOf } from '@/field/shell/usePlace'

/** What the address of the page says: an unfinished visit, a task, or a list to look with unasked. */
export interface Wanted {
  id: string | undefined
  taskId: string | undefined
  listId: string | undefined
}

export interface Begun {
  draft: VisitDraft
  list: ChecklistVersion
  task: PatrolTask | null
}

/** The visit to go on with, or a new one; null = the phone has not what it needs. */
export async function begin(wanted: Wanted, grid: GridRef | null): Promise<Begun | null> {
  const draft = await draftOf(wanted, grid)
  const { db } = account()
  const list = draft ? await db.checklists.get(draft.versionId) : undefined
  if (!draft || !list) return null
  const task = draft.taskId ? await db.tasks.get(draft.taskId) : undefined
  return { draft, list, task: task ?? null }
}

async function draftOf({ id, taskId, listId }: Wanted, grid: GridRef | null): Promise<VisitDraft | null> {
  if (id) return visitIn(await loadDraft(id))
  if (taskId) return (await unfinished(taskId)) ?? planned(taskId)
  return listId ? unasked(listId, grid) : null
}

function unasked(versionId: string, grid: GridRef | null): VisitDraft {
  return newVisit({ task: null, versionId, gridId: grid?.id ?? null, title: grid?.name ?? '' })
}

const visitIn = (draft: Awaited<ReturnType<typeof loadDraft>>): VisitDraft | null => (draft?.kind === 'visit' ? draft : null)

async function unfinished(taskId: string): Promise<VisitDraft | null> {
  const visits = (await listDrafts()).flatMap((draft) => visitIn(draft) ?? [])
  return visits.find((draft) => draft.taskId === taskId) ?? null
}

/** A task without a list of its own is looked at with the first that the phone has. */
async function planned(taskId: string): Promise<VisitDraft | null> {
  const { db } = account()
  const task = await db.tasks.get(taskId)
  const versionId = task?.checklist_version_id ?? (await db.checklists.toCollection().primaryKeys())[0]
  if (!task || !versionId) return null
  return newVisit({ task, versionId, gridId: task.grid?.id ?? null, title: nameOf(task) })
}

/** What is found at a visit starts from where the visit is; null for what becomes no case. */
export async function findingFor(item: ChecklistItem, draft: VisitDraft, fix: Fix | null): Promise<ReportDraft | null> {
  if (item.kind !== 'hazard') return null
  const known = draft.objectId ? await account().db.objects.get(draft.objectId) : undefined
  const position: Position | null = fix ? positionOf(fix) : null
  return newReport({
    category_code: item.category_code ?? 'other',
    place: draft.title,
    enterprise_id: known?.id ?? null,
    grid_id: draft.gridId,
    position,
  })
}
