import type { GridPeople, GridReadiness, Provision, SlotRole } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

const grid = (grid_id: string) => ({ params: { path: { grid_id } } })

export const readGridPeople = (id: string): Promise<GridPeople> => ask(api.GET('/api/grids/{grid_id}/people', grid(id)))
export const fillSlot = (id: string, body: { role: SlotRole; person_id: string; title: string; starts_on: string }): Promise<GridPeople> =>
  ask(api.POST('/api/grids/{grid_id}/people', { ...grid(id), body }))
export const endSlot = (assignment_id: string, ends_on: string): Promise<GridPeople> =>
  ask(api.PATCH('/api/grid-people/{assignment_id}', { params: { path: { assignment_id } }, body: { ends_on } }))
export const noteProvision = (id: string, what: Provision, is_there: boolean): Promise<unknown> =>
  ask(api.PUT('/api/grids/{grid_id}/provisions', { ...grid(id), body: { what, is_there } }))
export const listReadiness = (township_id: string): Promise<GridReadiness[]> =>
  ask(api.GET('/api/readiness', { params: { query: township_id ? { township_id } : {} } }))
