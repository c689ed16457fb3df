import type { HandoverPreview, HandoverRow, HandoverView } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'

const grid = (grid_id: string) => ({ path: { grid_id } })

export const previewHandover = (grid_id: string, post_id: string): Promise<HandoverPreview> =>
  ask(api.GET('/api/grids/{grid_id}/handovers/preview', { params: { ...grid(grid_id), query: post_id ? { post_id } : {} } }))
export const handOver = (grid_id: string, body: components['schemas']['HandOver']): Promise<HandoverView> =>
  ask(api.POST('/api/grids/{grid_id}/handovers', { params: grid(grid_id), body }))
export const listHandovers = (grid_id: string): Promise<HandoverRow[]> => ask(api.GET('/api/grids/{grid_id}/handovers', { params: grid(grid_id) }))
export const readHandover = (handover_id: string): Promise<HandoverView> =>
  ask(api.GET('/api/handovers/{handover_id}', { params: { path: { handover_id } } }))
