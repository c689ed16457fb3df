import type { Situation, SituationRow, SituationStatus, StepSituation } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

export interface ShownSituations {
  show: 'all' | 'waiting'
  status?: SituationStatus
}
export const listSituations = (shown: ShownSituations, cursor?: string): Promise<{ items: SituationRow[]; next: string | null }> =>
  ask(api.GET('/api/situations', { params: { query: { ...shown, ...(cursor && { cursor }) } } }))
export const readSituation = (situation_id: string): Promise<Situation> => ask(api.GET('/api/situations/{situation_id}', { params: { path: { situation_id } } }))
export const stepSituation = (situation_id: string, step_id: string, body: StepSituation): Promise<Situation> =>
  ask(api.PUT('/api/situations/{situation_id}/steps/{step_id}', { params: { path: { situation_id, step_id } }, body }))
