import type { DivisionChange, DivisionGround } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'

export type ChangeDivision = components['schemas']['ChangeDivision']

export const listChanges = (): Promise<DivisionChange[]> => ask(api.GET('/api/division-changes'))
export const readGround = (grid_ids: string[]): Promise<DivisionGround> =>
  ask(api.GET('/api/division-changes/ground', { params: { query: { grid_ids } } }))
export const changeDivision = (body: ChangeDivision): Promise<DivisionChange> => ask(api.POST('/api/division-changes', { body }))
export const fileChange = (change_id: string, body: { filed_on: string; filed_number: string }): Promise<DivisionChange> =>
  ask(api.PUT('/api/division-changes/{change_id}/filing', { params: { path: { change_id } }, body }))
