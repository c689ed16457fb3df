import type { BoardLine, Checklist, ChecklistVersion, PatrolTask, ReadChecklist, VisitView, VisitWhole } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { contentDigest, sha256Hex } from '@/core/hash'
import { ask, inForm } from './ask'
import { fileOf } from './files'

export type EditChecklist = components['schemas']['EditChecklist']
export type TaskShow = 'all' | 'open' | 'late' | 'missed' | 'done'
export type VisitShow = 'all' | 'issues' | 'reports' | 'late' | 'unqualified'
type Page<T> = Promise<{ items: T[]; next: string | null }>

export interface Ground {
  township_id: string
  campaign_id: string
  /** What the plan asks for alone, as its board counts; else campaigns' tasks too. */
  is_plan: boolean
  due_from: string
  due_to: string
}

const township = ({ township_id }: Ground) => (township_id ? { township_id } : {})
const campaign = ({ campaign_id }: Ground) => (campaign_id ? { campaign_id } : {})

const boardOf = (ground: Ground) => ({ ...township(ground), ...campaign(ground), due_from: ground.due_from, due_to: ground.due_to })

export const readBoard = (ground: Ground): Promise<BoardLine[]> => ask(api.GET('/api/patrols/board', { params: { query: boardOf(ground) } }))
const tasksOf = (ground: Ground, show: TaskShow, grid_id: string) =>
  ({ ...boardOf(ground), ...(ground.is_plan && { is_plan: true }), show, ...(grid_id && { grid_id }) })
const visitsOf = (ground: Ground, show: VisitShow, grid_id: string) => ({
  ...township(ground),
  show,
  made_from: `${ground.due_from}T00:00:00+08:00`,
  made_to: `${ground.due_to}T23:59:59+08:00`,
  ...(grid_id && { grid_id }),
})

export const findTasks = (ground: Ground, show: TaskShow, grid_id: string, cursor?: string): Page<PatrolTask> =>
  ask(api.GET('/api/patrols/tasks', { params: { query: { ...tasksOf(ground, show, grid_id), ...(cursor && { cursor }) } } }))
export const findVisits = (ground: Ground, show: VisitShow, grid_id: string, cursor?: string): Page<VisitView> =>
  ask(api.GET('/api/visits', { params: { query: { ...visitsOf(ground, show, grid_id), ...(cursor && { cursor }) } } }))
export const readVisit = (id: string): Promise<VisitWhole> => ask(api.GET('/api/visits/{visit_id}', { params: { path: { visit_id: id } } }))
export const boardFile = (ground: Ground): string => fileOf('/api/patrols/board', boardOf(ground))
export const tasksFile = (ground: Ground, show: TaskShow, grid_id: string): string => fileOf('/api/patrols/tasks', tasksOf(ground, show, grid_id))
export const visitsFile = (ground: Ground, show: VisitShow, grid_id: string): string => fileOf('/api/visits', visitsOf(ground, show, grid_id))
export const listChecklists = (): Promise<Checklist[]> => ask(api.GET('/api/checklists'))
export const listVersions = (key: string): Promise<ChecklistVersion[]> =>
  ask(api.GET('/api/checklists/{key}/versions', { params: { path: { key } } }))
export const checklistFile = (key: string): string => `/api/checklists/${encodeURIComponent(key)}/sheet.xlsx`
/** What a sheet would make of the list; nothing is kept before it is put. */
export const tryChecklist = (key: string, file: File): Promise<ReadChecklist> =>
  ask(api.POST('/api/checklists/{key}/sheet', { params: { path: { key } }, body: inForm(file) }))
export const putChecklist = (key: string, body: EditChecklist): Promise<Checklist> =>
  ask(api.PUT('/api/checklists/{key}', { params: { path: { key } }, body }))
/** A photo as it comes from a camera or an album; the answer is what a question names it by. */
export async function sendPicture(file: File): Promise<string> {
  const digest = contentDigest(await sha256Hex(await file.arrayBuffer()))
  const call = api.POST('/api/checklists/pictures', {
    params: { header: { 'content-digest': digest } },
    headers: { 'Content-Type': file.type || 'application/octet-stream' },
    body: file as never,
    bodySerializer: (body) => body,
  })
  return (await ask(call)).sha256
}
