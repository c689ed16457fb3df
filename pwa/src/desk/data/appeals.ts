import type { Appeal, AppealRow, StepAppeal } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

export type ShownAppeals = 'all' | 'waiting'
export const listAppeals = (show: ShownAppeals, cursor?: string): Promise<{ items: AppealRow[]; next: string | null }> =>
  ask(api.GET('/api/appeals', { params: { query: { show, ...(cursor && { cursor }) } } }))
export const readAppeal = (appeal_id: string): Promise<Appeal> => ask(api.GET('/api/appeals/{appeal_id}', { params: { path: { appeal_id } } }))
export const stepAppeal = (appeal_id: string, step_id: string, body: StepAppeal): Promise<Appeal> =>
  ask(api.PUT('/api/appeals/{appeal_id}/steps/{step_id}', { params: { path: { appeal_id, step_id } }, body }))
