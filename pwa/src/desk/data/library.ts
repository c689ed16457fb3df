import type { DecideKind, LibraryFiling, LibraryKind, LibraryRow, LibraryShelf, OwedDocument } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

export interface ShownDocuments {
  show: 'all' | 'own' | 'published' | 'withdrawn'
  kind_key?: string
  shelf?: LibraryShelf
  year?: number
  filing?: LibraryFiling
  words?: string
}
export interface ShownOwed {
  kind_key: string[]
  year: number
  show: 'open' | 'all'
}
interface Page<Row> {
  items: Row[]
  next: string | null
}
const after = (cursor?: string) => (cursor ? { cursor } : {})
export const listDocuments = (shown: ShownDocuments, cursor?: string): Promise<Page<LibraryRow>> =>
  ask(api.GET('/api/library', { params: { query: { ...shown, ...after(cursor) } } }))
export const listOwed = (shown: ShownOwed, cursor?: string): Promise<Page<OwedDocument>> =>
  ask(api.GET('/api/library/owed', { params: { query: { ...shown, ...after(cursor) } } }))
export const decideKind = (key: string, body: DecideKind): Promise<LibraryKind[]> =>
  ask(api.PUT('/api/library/kinds/{key}', { params: { path: { key } }, body }))
