import type { CorrectDutyItem, CorrectDutyRecord, DutyCalendar, DutyDraft, DutyOccurrence, DutyRecord, RecordDuty } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

export interface ShownDuties {
  show: 'open' | 'all'
  whose: 'own' | 'all'
}
/** One duty of one body in one period, as the address of its form names it. */
export interface Asked {
  obligation_key: string
  organization_id?: string
  grid_id?: string
  period_start: string
}
export const askedOf = ({ key, body, start }: Pick<DutyOccurrence, 'key' | 'body' | 'start'>): Asked => ({
  obligation_key: key,
  ...(body.is_line ? { grid_id: body.id } : { organization_id: body.id }),
  period_start: start,
})
const of = (record_id: string) => ({ path: { record_id } })

export const readDutyCalendar = (query: ShownDuties): Promise<DutyCalendar> => ask(api.GET('/api/duties', { params: { query } }))
export const draftDuty = (query: Asked): Promise<DutyDraft> => ask(api.GET('/api/duties/draft', { params: { query } }))
export const readDutyRecord = (id: string): Promise<DutyRecord> => ask(api.GET('/api/duties/records/{record_id}', { params: of(id) }))
/** The id stays the same however often the button is pressed. */
export const recordDuty = (id: string, body: RecordDuty): Promise<DutyRecord> => ask(api.PUT('/api/duties/records/{record_id}', { params: of(id), body }))
export const correctDutyRecord = (record_id: string, version: number, body: CorrectDutyRecord): Promise<DutyRecord> =>
  ask(api.PUT('/api/duties/records/{record_id}/versions/{version}', { params: { path: { record_id, version } }, body }))
export const correctDutyItem = (item_id: string, version: number, body: CorrectDutyItem): Promise<DutyRecord> =>
  ask(api.PUT('/api/duties/items/{item_id}/versions/{version}', { params: { path: { item_id, version } }, body }))
export const finishDutyItem = (item_id: string, note: string): Promise<DutyRecord> =>
  ask(api.PUT('/api/duties/items/{item_id}/done', { params: { path: { item_id } }, body: { note } }))
