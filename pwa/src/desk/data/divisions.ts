import type { DivisionChange, DivisionDraft, DivisionDraftLine, DivisionGround, DivisionOutlook, DivisionProposal, DivisionUndoing, GridRevision } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'

type Schemas = components['schemas']
export type ChangeDivision = Schemas['ChangeDivision']

interface Page<Row> {
  items: Row[]
  next: string | null
}
const onward = (cursor?: string) => ({ params: { query: cursor ? { cursor } : {} } })
export const listChanges = (cursor?: string): Promise<Page<DivisionChange>> => ask(api.GET('/api/division-changes', onward(cursor)))
export const listRevisions = (cursor?: string): Promise<Page<GridRevision>> => ask(api.GET('/api/grid-revisions', onward(cursor)))
/** Page by page to the end, for the paper. */
export async function whole<Row>(find: (cursor?: string) => Promise<Page<Row>>): Promise<Row[]> {
  const rows: Row[] = []
  let page = await find()
  rows.push(...page.items)
  while (page.next) {
    page = await find(page.next)
    rows.push(...page.items)
  }
  return rows
}
export const fileRevision = (revision_id: string, body: Schemas['FileRevision']): Promise<GridRevision> =>
  ask(api.PUT('/api/grid-revisions/{revision_id}/filing', { params: { path: { revision_id } }, body }))
export const readGround = (grid_ids: string[]): Promise<DivisionGround> =>
  ask(api.GET('/api/division-changes/ground', { params: { query: { grid_ids } } }))
export const changeDivision = (body: ChangeDivision): Promise<DivisionChange> => ask(api.POST('/api/division-changes', { body }))
export const fileChange = (change_id: string, body: Schemas['FileChange']): Promise<DivisionChange> =>
  ask(api.PUT('/api/division-changes/{change_id}/filing', { params: { path: { change_id } }, body }))
export const previewChange = (body: ChangeDivision): Promise<DivisionOutlook> => ask(api.POST('/api/division-changes/preview', { body }))
const undoing = (change_id: string) => ({ params: { path: { change_id } } })
export const lookAtUndoing = (id: string): Promise<DivisionUndoing> => ask(api.GET('/api/division-changes/{change_id}/undoing', undoing(id)))
export const undoChange = (id: string, body: Schemas['UndoChange']): Promise<DivisionChange> =>
  ask(api.POST('/api/division-changes/{change_id}/undoing', { ...undoing(id), body }))

const draft = (draft_id: string) => ({ params: { path: { draft_id } } })
export const listDrafts = (): Promise<DivisionDraftLine[]> => ask(api.GET('/api/division-drafts'))
export const readDraft = (id: string): Promise<DivisionDraft> => ask(api.GET('/api/division-drafts/{draft_id}', draft(id)))
export const withdrawDraft = (id: string): Promise<DivisionDraft> => ask(api.DELETE('/api/division-drafts/{draft_id}', draft(id)))
export const answerDraft = (id: string, body: Schemas['AnswerDraft']): Promise<DivisionDraft> =>
  ask(api.PUT('/api/division-drafts/{draft_id}/answer', { ...draft(id), body }))
/** A new draft, or an old one mended and handed in again. */
export const handIn = (proposal: DivisionProposal, reason: string, old?: DivisionDraft | null): Promise<DivisionDraft> =>
  old
    ? ask(api.PUT('/api/division-drafts/{draft_id}', { ...draft(old.id), body: { proposal, reason, version: old.version } }))
    : ask(api.POST('/api/division-drafts', { body: { proposal, reason } }))
