import type { ChecklistItem, ChecklistVersion, GridRef, PatrolTask, Position } from '@/contract'
import { account } from '@/core/account'
import { listDrafts, loadDraft, newReport, newVisit } from '@/core/drafts'
import type { Fix, ReportDraft, VisitDraft } from '@/core/types'
import { newestOf } from '@/use/usePatrols'
import { nameOf } from '@/field/patrols/order'
import { positionOf } from '@/field/shell/usePlace'

/** What the address of the page says: an unfinished visit, a task, or a place or a list to look at unasked. */
export interface Wanted {
  id: string | undefined
  taskId: string | undefined
  objectId?: string | undefined
  listId: string | undefined
}

export interface Begun {
  draft: VisitDraft
  list: ChecklistVersion
  task: PatrolTask | null
  choices: []
}

/** A task that names no list: the person chooses one of those in use. */
export interface Undecided {
  choices: ChecklistVersion[]
}

/** The visit to go on with, or a new one; null = the phone has not what it needs. */
export async function begin(wanted: Wanted, grid: GridRef | null): Promise<Begun | Undecided | null> {
  const { db } = account()
  const draft = await draftOf(wanted, grid)
  if (draft && 'choices' in draft) return draft
  const list = draft ? await db.checklists.get(draft.versionId) : undefined
  if (!draft || !list) return null
  const task = draft.taskId ? await db.tasks.get(draft.taskId) : undefined
  return { draft, list, task: task ?? null, choices: [] }
}

async function draftOf({ id, taskId, objectId, listId }: Wanted, grid: GridRef | null): Promise<VisitDraft | Undecided | null> {
  if (id) return visitIn(await loadDraft(id))
  if (taskId) return (await unfinished((draft) => draft.taskId === taskId)) ?? planned(taskId, listId)
  if (objectId) return (await unfinished((draft) => draft.taskId === null && draft.objectId === objectId)) ?? ofObject(objectId, listId)
  return listId ? unasked(listId, grid) : null
}

function unasked(versionId: string, grid: GridRef | null): VisitDraft {
  return newVisit({ task: null, versionId, gridId: grid?.id ?? null, title: grid?.name ?? '' })
}

const visitIn = (draft: Awaited<ReturnType<typeof loadDraft>>): VisitDraft | null => (draft?.kind === 'visit' ? draft : null)

async function unfinished(isMeant: (draft: VisitDraft) => boolean): Promise<VisitDraft | null> {
  const visits = (await listDrafts()).flatMap((draft) => visitIn(draft) ?? [])
  return visits.find(isMeant) ?? null
}

async function planned(taskId: string, chosenId: string | undefined): Promise<VisitDraft | Undecided | null> {
  const task = await account().db.tasks.get(taskId)
  if (!task) return null
  return withList(task.checklist_version_id ?? chosenId, (versionId) =>
    newVisit({ task, versionId, gridId: task.grid?.id ?? null, title: nameOf(task) }),
  )
}

async function ofObject(objectId: string, chosenId: string | undefined): Promise<VisitDraft | Undecided | null> {
  const object = await account().db.objects.get(objectId)
  if (!object) return null
  return withList(chosenId, (versionId) => newVisit({ task: null, objectId, versionId, gridId: object.grid.id, title: object.name }))
}

async function withList(id: string | undefined, make: (versionId: string) => VisitDraft): Promise<VisitDraft | Undecided | null> {
  const choices = await listsFor(id)
  const [list, ...others] = choices
  if (!list) return null
  return others.length > 0 ? { choices } : make(list.id)
}

/** The named one, or all that are in use. */
async function listsFor(versionId: string | undefined): Promise<ChecklistVersion[]> {
  const { db } = account()
  if (versionId) return db.checklists.where('id').equals(versionId).toArray()
  const [lists, ids] = await Promise.all([db.checklists.toArray(), db.meta.get('list_ids')])
  return newestOf(lists, (ids?.value as string[] | undefined) ?? [])
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
