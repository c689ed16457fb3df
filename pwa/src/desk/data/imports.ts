import type { ComparedRows, ImportView, LedgerImport, WhichRows, WrongRow } from '@/contract'
import { api } from '@/core/api'
import { ask, inForm } from './ask'

/** Where the batches of one kind go, and by which column a row is called. */
export interface ImportWay<B extends ImportView = ImportView> {
  template: string
  wrongFile: (id: string) => string
  nameColumn: string
  begin: (file: File) => Promise<B>
  list: () => Promise<B[]>
  read: (id: string) => Promise<B>
  wrong: (id: string) => Promise<WrongRow[]>
  apply: (id: string) => Promise<B>
  undo: (id: string) => Promise<B>
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
/** The answers of this one tell more. `isSeen`: new names and grids were looked at. */
export const ledgerWay = (isSeen: () => boolean): ImportWay<LedgerImport> => ({
  ...(wayOf('ledger', '名称') as ImportWay<LedgerImport>),
  apply: (id) => ask(api.POST('/api/ledger/imports/{import_id}/apply', { ...one(id), body: { is_seen: isSeen() } })),
})
export const comparedRows = (import_id: string, which: WhichRows, after: number, limit: number): Promise<ComparedRows> =>
  ask(api.GET('/api/ledger/imports/{import_id}/rows', { params: { path: { import_id }, query: { which, after, limit } } }))
export const PEOPLE = wayOf('people', '姓名')
export const isMoving = (batch: ImportView): boolean => ['checking', 'applying', 'undoing'].includes(batch.stage)

/** What the row is about, as the sheet has it: cells are found by the title of their column. */
export const nameIn = (way: { nameColumn: string }, row: WrongRow): string => row.cells[way.nameColumn] ?? ''
