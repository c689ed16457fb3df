import type { ImportView, WrongRow } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

/** Where the batches of one kind go, and by which column a row is called. */
export interface ImportWay {
  template: string
  wrongFile: (id: string) => string
  nameColumn: string
  begin: (file: File) => Promise<ImportView>
  list: () => Promise<ImportView[]>
  read: (id: string) => Promise<ImportView>
  wrong: (id: string) => Promise<WrongRow[]>
  apply: (id: string) => Promise<ImportView>
  undo: (id: string) => Promise<ImportView>
}
const one = (import_id: string) => ({ params: { path: { import_id } } })

/** A sheet; a form, because the file may be large and is read as it comes. */
function form(file: File): { body: never } {
  const body = new FormData()
  body.append('file', file)
  return { body: body as never }
}

export const LEDGER: ImportWay = {
  template: '/api/ledger/template.xlsx',
  wrongFile: (id) => `/api/ledger/imports/${id}/wrong.xlsx`,
  nameColumn: '名称',
  begin: (file) => ask(api.POST('/api/ledger/imports', form(file))),
  list: () => ask(api.GET('/api/ledger/imports')),
  read: (id) => ask(api.GET('/api/ledger/imports/{import_id}', one(id))),
  wrong: (id) => ask(api.GET('/api/ledger/imports/{import_id}/wrong', one(id))),
  apply: (id) => ask(api.POST('/api/ledger/imports/{import_id}/apply', one(id))),
  undo: (id) => ask(api.POST('/api/ledger/imports/{import_id}/undo', one(id))),
}
export const PEOPLE: ImportWay = {
  template: '/api/people/template.xlsx',
  wrongFile: (id) => `/api/people/imports/${id}/wrong.xlsx`,
  nameColumn: '姓名',
  begin: (file) => ask(api.POST('/api/people/imports', form(file))),
  list: () => ask(api.GET('/api/people/imports')),
  read: (id) => ask(api.GET('/api/people/imports/{import_id}', one(id))),
  wrong: (id) => ask(api.GET('/api/people/imports/{import_id}/wrong', one(id))),
  apply: (id) => ask(api.POST('/api/people/imports/{import_id}/apply', one(id))),
  undo: (id) => ask(api.POST('/api/people/imports/{import_id}/undo', one(id))),
}
export const isMoving = (batch: ImportView): boolean => ['checking', 'applying', 'undoing'].includes(batch.stage)

/** What the row is about, as the sheet has it: cells are found by the title of their column. */
export const nameIn = (way: ImportWay, row: WrongRow): string => row.cells[way.nameColumn] ?? ''
