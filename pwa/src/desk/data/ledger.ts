import type { LedgerReference, ObjectChange, ObjectCounts, ObjectGaps, ObjectKind, ObjectView, ObjectWhole, Register, RegisterRow, SmallKind } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'
import { fileOf } from './files'

type Schemas = components['schemas']
export type AddObject = Schemas['AddObject']
export type EditObject = Schemas['EditObject']
export type DefineField = Schemas['DefineField']
export type Supervision = Schemas['Supervision']
export type Lack = Exclude<keyof ObjectGaps, 'confirmation' | 'change'>

export const KINDS: readonly ObjectKind[] = [
  'enterprise', 'individual_business', 'three_small_place', 'project', 'ferry', 'public_facility', 'key_location',
  'leased_factory', 'disused_factory', 'household', 'bundle',
]
export const SMALL_KINDS: readonly SmallKind[] = ['small_shop', 'small_workshop', 'small_entertainment']
export const REGISTERS: readonly Register[] = ['major_sources', 'key_units']
export const LACKS: readonly Lack[] = ['gridworker', 'grid', 'department', 'position', 'person']
export const ONLY = ['unconfirmed', 'returned', 'changed', 'key', 'major_source', 'licence', 'closed'] as const
/** Licences that end within so many days are worth a call. */
const SOON_DAYS = 30

export interface LedgerQuery {
  text: string
  kind: ObjectKind[]
  small_kind?: SmallKind[]
  township_id: string
  village_id?: string
  grid_id: string
  only: (typeof ONLY)[number] | ''
  lacks: Lack | ''
}

const OF_ONLY = {
  unconfirmed: { is_confirmed: false, is_returned: false },
  returned: { is_confirmed: false, is_returned: true },
  changed: { has_change: true },
  key: { is_key: true },
  major_source: { is_major_source: true },
  licence: { licence_ends_within: SOON_DAYS },
  closed: { is_closed: true },
} as const

/** The filter as the server takes it; what is empty is left out. */
export function filtersOf({ text, kind, small_kind = [], township_id, village_id, grid_id, only, lacks }: LedgerQuery) {
  return {
    ...(text && { text }),
    ...kindsOf(kind, small_kind),
    ...(township_id && { township_id }),
    ...(village_id && { village_id }),
    ...(grid_id && { grid_id }),
    ...(only && OF_ONLY[only]),
    ...(lacks && { lacks }),
  }
}

function kindsOf(kind: ObjectKind[], small_kind: SmallKind[]) {
  return { ...(kind.length > 0 && { kind }), ...(small_kind.length > 0 && { small_kind }) }
}

/** The list as it is filtered, as the sheet of Appendix A. */
export const ledgerFile = (query: LedgerQuery): string => fileOf('/api/ledger', filtersOf(query))

const one = (object_id: string) => ({ params: { path: { object_id } } })

export const findObjects = (query: LedgerQuery, cursor?: string): Promise<{ items: ObjectView[]; next: string | null }> =>
  ask(api.GET('/api/objects', { params: { query: { ...filtersOf(query), ...(cursor && { cursor }) } } }))
export const countObjects = (query: LedgerQuery): Promise<ObjectCounts> =>
  ask(api.GET('/api/objects/counts', { params: { query: filtersOf(query) } }))
const MOST_OF_GRID = 200
/** The bundles in use on a grid. */
export const bundlesOf = (grid_id: string): Promise<ObjectView[]> =>
  ask(api.GET('/api/objects', { params: { query: { grid_id, kind: ['bundle'], limit: MOST_OF_GRID } } })).then((page) => page.items)
/** What may come into a bundle: of its grid, in none yet; nearest first if it has a place. */
export const unbundled = (bundle: ObjectView, text: string): Promise<ObjectView[]> => {
  const { lat, lon, grid } = bundle
  const near = lat === null || lon === null ? {} : { near_lat: lat, near_lon: lon }
  const query = { grid_id: grid.id, is_bundled: false, limit: 30, ...near, ...(text && { text }) }
  return ask(api.GET('/api/objects', { params: { query } })).then((page) => page.items)
}
export const changeMembers = (id: string, add: string[], remove: string[]): Promise<ObjectWhole> =>
  ask(api.PUT('/api/objects/{object_id}/members', { ...one(id), body: { add, remove } }))
export const listCadres = (id: string): Promise<{ person_id: string; name: string }[]> => ask(api.GET('/api/objects/{object_id}/cadres', one(id)))
export const assignCadre = (id: string, person_id: string | null): Promise<ObjectWhole> =>
  ask(api.PUT('/api/objects/{object_id}/cadre', { ...one(id), body: { person_id } }))

export interface RegisterQuery {
  of: Register
  text: string
  township_id: string
}
const given = ({ of, text, township_id }: RegisterQuery) => ({ of, ...(text && { text }), ...(township_id && { township_id }) })
export const readRegister = (query: RegisterQuery, cursor?: string): Promise<{ items: RegisterRow[]; next: string | null }> =>
  ask(api.GET('/api/ledger/register', { params: { query: { ...given(query), ...(cursor && { cursor }) } } }))
export const registerFile = (query: RegisterQuery): string => fileOf('/api/ledger/register', given(query))
export const countGaps = (): Promise<ObjectGaps> => ask(api.GET('/api/objects/gaps'))
export const readObject = (id: string): Promise<ObjectWhole> => ask(api.GET('/api/objects/{object_id}', one(id)))
export const readHistory = (id: string): Promise<ObjectChange[]> => ask(api.GET('/api/objects/{object_id}/history', one(id)))
export const addObject = (body: AddObject): Promise<ObjectWhole> => ask(api.POST('/api/objects', { body }))
export const editObject = (id: string, body: EditObject): Promise<ObjectWhole> =>
  ask(api.PATCH('/api/objects/{object_id}', { ...one(id), body }))
/** `read_at`: of the version that was looked at; a newer one is not confirmed unseen. */
export const confirmObject = (object_id: string, read_at?: string): Promise<ObjectWhole> =>
  ask(api.PUT('/api/objects/{object_id}/confirmation', { params: { path: { object_id }, query: { ...(read_at && { read_at }) } } }))
export const returnObject = (id: string, reason: string): Promise<ObjectWhole> =>
  ask(api.POST('/api/objects/{object_id}/return', { ...one(id), body: { reason } }))
const said = (object_id: string, proposal_id: string) => ({ object_id, proposal_id })
/** `despite`: it was seen that the ledger has changed since. */
export const acceptProposal = (id: string, proposal: string, despite: boolean): Promise<ObjectWhole> =>
  ask(api.PUT('/api/objects/{object_id}/proposals/{proposal_id}/acceptance', { params: { path: said(id, proposal), query: { despite } } }))
export const returnProposal = (id: string, proposal: string, reason: string): Promise<ObjectWhole> =>
  ask(api.POST('/api/objects/{object_id}/proposals/{proposal_id}/return', { params: { path: said(id, proposal) }, body: { reason } }))
export const moveObject = (id: string, grid_id: string, reason: string): Promise<ObjectWhole> =>
  ask(api.PUT('/api/objects/{object_id}/grid', { ...one(id), body: { grid_id, reason } }))
export const superviseObject = (id: string, departments: Supervision[]): Promise<ObjectWhole> =>
  ask(api.PUT('/api/objects/{object_id}/departments', { ...one(id), body: { departments } }))
export const openAccount = (id: string): Promise<ObjectWhole> => ask(api.PUT('/api/objects/{object_id}/account', one(id)))
export const closeObject = (id: string, reason: string): Promise<ObjectWhole> =>
  ask(api.POST('/api/objects/{object_id}/close', { ...one(id), body: { reason } }))
export type LeftPlace = components['schemas']['LeftPlaceView']
/** Who had a place on its grid when it closed and could have it again. */
export const listLeftPlaces = (id: string): Promise<LeftPlace[]> => ask(api.GET('/api/objects/{object_id}/left-places', one(id)))
export const reopenObject = (id: string, reason: string, place_ids: string[]): Promise<ObjectWhole> =>
  ask(api.POST('/api/objects/{object_id}/reopen', { ...one(id), body: { reason, place_ids } }))

let known: Promise<LedgerReference> | null = null
/** Trades and the county's own columns; asked once, again after a failure. */
export function ledgerReference(): Promise<LedgerReference> {
  known ??= ask(api.GET('/api/ledger/reference')).catch((failure: unknown) => {
    known = null
    throw failure
  })
  return known
}
/** Forms opened from now on ask again. */
export async function putOwnField(key: string, body: DefineField): Promise<void> {
  try {
    await ask(api.PUT('/api/ledger/fields/{key}', { params: { path: { key } }, body }))
  } finally {
    known = null
  }
}
