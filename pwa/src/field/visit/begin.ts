import type { ChecklistItem, ChecklistVersion, GridRef, ObjectView, PatrolTask, Position } from '@/contract'
import { account } from '@/core/account'
import { listDrafts, loadDraft, newReport, newVisit } from '@/core/drafts'
import { asked, type Facts } from '@/core/visits/applying'
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
  /** Of a bundle. */
  members: Member[]
  choices: []
}

export interface Member extends Facts {
  id: string
  name: string
}

/** A task that names no list: the person chooses one of those in use. */
export interface Undecided {
  choices: ChecklistVersion[]
}

/** The visit to go on with, or a new one; null = the phone has not what it needs. */
export async function begin(wanted: Wanted, grid: GridRef | null): Promise<Begun | Undecided | null> {
  const draft = await draftOf(wanted, grid)
  return draft && !('choices' in draft) ? withFacts(draft) : draft
}

async function withFacts(draft: VisitDraft): Promise<Begun | null> {
  const { db } = account()
  const list = await db.checklists.get(draft.versionId)
  if (!list) return null
  const task = draft.taskId ? await db.tasks.get(draft.taskId) : undefined
  const members = task?.members ?? (await membersOf(draft.objectId))
  return { draft, list: narrowed(list, draft.asked), task: task ?? null, members, choices: [] }
}

/** Nobody has sent the person there: who is in the bundle stands in the ledger on the phone. */
async function membersOf(objectId: string | null): Promise<ObjectView[]> {
  const { objects } = account().db
  const place = objectId ? await objects.get(objectId) : undefined
  return place?.kind === 'bundle' ? objects.filter((one) => one.bundle_id === objectId && one.closed_on === null && one.confirmed_at !== null).toArray() : []
}

/** What the visit asked when it began, whatever the ledger says of the place since. */
function narrowed(list: ChecklistVersion, codes: readonly string[] | undefined): ChecklistVersion {
  return codes ? { ...list, items: list.items.filter(({ code }) => codes.includes(code)) } : list
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
  return withList(task.checklist_version_id ?? chosenId, (list) =>
    newVisit({ task, versionId: list.id, gridId: task.grid?.id ?? null, title: nameOf(task), ...askedOf(list, task.object, task.members) }),
  )
}

async function ofObject(objectId: string, chosenId: string | undefined): Promise<VisitDraft | Undecided | null> {
  const object = await account().db.objects.get(objectId)
  if (!object) return null
  const members = await membersOf(objectId)
  return withList(chosenId, (list) =>
    newVisit({ task: null, objectId, versionId: list.id, gridId: object.grid.id, title: object.name, ...askedOf(list, object, members) }),
  )
}

/** Named only where it is less than the whole list. */
function askedOf({ items }: ChecklistVersion, place: Facts | null, members: readonly Facts[]): { asked?: string[] } {
  const meant = asked(items, place, members)
  return meant.length < items.length ? { asked: meant.map(({ code }) => code) } : {}
}

async function withList(id: string | undefined, make: (list: ChecklistVersion) => VisitDraft): Promise<VisitDraft | Undecided | null> {
  const choices = await listsFor(id)
  const [list, ...others] = choices
  if (!list) return null
  return others.length > 0 ? { choices } : make(list)
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
