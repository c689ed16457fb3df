import type { CheckedOutlines, Crs, OutlineImport, OutlineRun } from '@/contract'
import { api } from '@/core/api'
import { type Sent, sending } from '@/core/sending'
import { ask, inForm } from './ask'

/** What comes with a file of outlines; by name only within a township. */
export interface OutlineQuery {
  crs: Crs
  match: 'code' | 'name'
  named_by: string
  township_id: string
}
const asked = ({ township_id, ...rest }: OutlineQuery) => ({ ...rest, ...(township_id && { township_id }) })

export const checkOutlines = (file: File, query: OutlineQuery, tell: (sent: Sent) => void): Promise<CheckedOutlines> =>
  ask(api.POST('/api/grids/outline-imports/check', { params: { query: asked(query) }, body: inForm(file), fetch: sending(tell) }))
export const takeOutlines = (file: File, query: OutlineQuery & { seal: string; is_correction: boolean }, tell: (sent: Sent) => void): Promise<{ taken: number }> =>
  ask(api.POST('/api/grids/outline-imports', { params: { query: { ...asked(query), seal: query.seal, is_correction: query.is_correction } }, body: inForm(file), fetch: sending(tell) }))

/** Null: nothing of mine is being worked on. */
export const readOutlineRun = (): Promise<OutlineRun | null> => ask(api.GET('/api/grids/outline-imports/running'))
export const listOutlineImports = (): Promise<OutlineImport[]> => ask(api.GET('/api/grids/outline-imports'))
export const undoOutlineImport = (import_id: string): Promise<OutlineImport> =>
  ask(api.POST('/api/grids/outline-imports/{import_id}/undo', { params: { path: { import_id } } }))
