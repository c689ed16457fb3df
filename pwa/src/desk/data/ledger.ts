import type { ObjectKind, ObjectView } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'

type Schemas = components['schemas']
export type AddObject = Schemas['AddObject']
export type EditObject = Schemas['EditObject']

export const KINDS: readonly ObjectKind[] = [
  'enterprise', 'individual_business', 'three_small_place', 'project', 'ferry', 'public_facility', 'key_location',
  'leased_factory', 'disused_factory', 'household', 'bundle',
]

export interface LedgerQuery {
  text: string
  kind: ObjectKind[]
  township_id: string
  grid_id: string
  only: '' | 'key' | 'unconfirmed' | 'closed'
}

/** The filter as the server takes it; what is empty is left out. */
export function filtersOf(query: LedgerQuery) {
  const { text, kind, township_id, grid_id, only } = query
  return {
    ...(text && { text }),
    ...(kind.length > 0 && { kind }),
    ...(township_id && { township_id }),
    ...(grid_id && { grid_id }),
    ...(only === 'key' && { is_key: true }),
    ...(only === 'unconfirmed' && { is_confirmed: false }),
    ...(only === 'closed' && { is_closed: true }),
  }
}

const one = (object_id: string) => ({ params: { path: { object_id } } })

export const findObjects = (query: LedgerQuery, cursor?: string): Promise<{ items: ObjectView[]; next: string | null }> =>
  ask(api.GET('/api/objects', { params: { query: { ...filtersOf(query), ...(cursor && { cursor }) } } }))
export const addObject = (body: AddObject): Promise<ObjectView> => ask(api.POST('/api/objects', { body }))
export const editObject = (id: string, body: EditObject): Promise<ObjectView> => ask(api.PATCH('/api/objects/{object_id}', { ...one(id), body }))
export const openAccount = (id: string): Promise<ObjectView> => ask(api.PUT('/api/objects/{object_id}/account', one(id)))
