import type { CoverageGround, CoverageOutline, CoverageWhy, ObjectKind, UnseenObject } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'
import { fileOf } from './files'

const PAGE = 30

export interface CoverageQuery {
  township_id: string
  kind: ObjectKind[]
  /** '' all, `key` key units alone, `other` all but those. */
  tier: '' | 'key' | 'other'
  duty: string
}

function narrowed({ township_id, kind, tier, duty }: CoverageQuery) {
  return {
    ...(township_id && { township_id }),
    ...(kind.length > 0 && { kind }),
    ...(tier && { is_key: tier === 'key' }),
    ...(duty && { duty }),
  }
}
const pinned = (grid_id: string, why: CoverageWhy | '') => ({ ...(grid_id && { grid_id }), ...(why && { why }) })

export const readGround = (query: CoverageQuery, long_days: number): Promise<CoverageGround> =>
  ask(api.GET('/api/coverage/grids', { params: { query: { ...narrowed(query), long_days } } }))
export const findUnseen = (query: CoverageQuery, grid_id: string, why: CoverageWhy | '', cursor?: string): Promise<{ items: UnseenObject[]; next: string | null }> =>
  ask(api.GET('/api/coverage/objects', { params: { query: { ...narrowed(query), ...pinned(grid_id, why), ...(cursor && { cursor }), limit: PAGE } } }))
export const readOutlines = (township_id: string): Promise<CoverageOutline[]> =>
  ask(api.GET('/api/coverage/outlines', { params: { query: { ...(township_id && { township_id }) } } }))

/** The list by object as it is filtered. */
export const unseenFile = (query: CoverageQuery, grid_id: string, why: CoverageWhy | ''): string =>
  fileOf('/api/coverage', { ...narrowed(query), ...pinned(grid_id, why) })
