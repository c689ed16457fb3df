import type { ImportView, WrongRow } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

const one = (import_id: string) => ({ params: { path: { import_id } } })

/** A sheet; a form, because the file may be large and is read as it comes. */
export function beginImport(file: File): Promise<ImportView> {
  const body = new FormData()
  body.append('file', file)
  return ask(api.POST('/api/ledger/imports', { body: body as never }))
}
export const listImports = (): Promise<ImportView[]> => ask(api.GET('/api/ledger/imports'))
export const readImport = (id: string): Promise<ImportView> => ask(api.GET('/api/ledger/imports/{import_id}', one(id)))
export const listWrong = (id: string): Promise<WrongRow[]> => ask(api.GET('/api/ledger/imports/{import_id}/wrong', one(id)))
export const applyImport = (id: string): Promise<ImportView> => ask(api.POST('/api/ledger/imports/{import_id}/apply', one(id)))
export const undoImport = (id: string): Promise<ImportView> => ask(api.POST('/api/ledger/imports/{import_id}/undo', one(id)))
export const isMoving = (batch: ImportView): boolean => ['checking', 'applying', 'undoing'].includes(batch.stage)

/** The object's name as the sheet has it: cells are found by the title of their column. */
export const nameIn = (row: WrongRow): string => row.cells['名称'] ?? ''
