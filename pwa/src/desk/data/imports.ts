import type { ImportView, WrongRow } from '@/contract'
import { api } from '@/core/api'
import { ask, inForm } from './ask'

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

function wayOf(what: 'ledger' | 'people', nameColumn: string): ImportWay {
  const all = `/api/${what}/imports` as const
  const batch = `${all}/{import_id}` as const
  return {
    template: `/api/${what}/template.xlsx`,
    wrongFile: (id) => `${all}/${id}/wrong.xlsx`,
    nameColumn,
    begin: (file) => ask(api.POST(all, { body: inForm(file) })),
    list: () => ask(api.GET(all)),
    read: (id) => ask(api.GET(batch, one(id))),
    wrong: (id) => ask(api.GET(`${batch}/wrong`, one(id))),
    apply: (id) => ask(api.POST(`${batch}/apply`, one(id))),
    undo: (id) => ask(api.POST(`${batch}/undo`, one(id))),
  }
}
export const LEDGER = wayOf('ledger', '名称')
export const PEOPLE = wayOf('people', '姓名')
export const isMoving = (batch: ImportView): boolean => ['checking', 'applying', 'undoing'].includes(batch.stage)

/** What the row is about, as the sheet has it: cells are found by the title of their column. */
export const nameIn = (way: ImportWay, row: WrongRow): string => row.cells[way.nameColumn] ?? ''
