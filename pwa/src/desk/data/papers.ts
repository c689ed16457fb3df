import type { GridCards, GridNetwork, GridNotice, NoticeRule, WorkCards } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

const grid = (grid_id: string) => ({ params: { path: { grid_id } } })

export const readNotice = (id: string): Promise<GridNotice> => ask(api.GET('/api/grids/{grid_id}/notice', grid(id)))
export const readCards = (id: string): Promise<GridCards> => ask(api.GET('/api/grids/{grid_id}/duty-cards', grid(id)))
export const readWorkCards = (id: string): Promise<WorkCards> => ask(api.GET('/api/grids/{grid_id}/work-cards', grid(id)))
export const readNetwork = (id: string): Promise<GridNetwork> => ask(api.GET('/api/grids/{grid_id}/network', grid(id)))
/** The paper as a file of vectors; what else is printed has none. */
export const fileOf = (id: string, paper: 'network' | 'map' | 'cards'): string => `/api/grids/${id}/papers/${paper}.svg`
export const readNoticeRule = (): Promise<NoticeRule> => ask(api.GET('/api/rules/notice'))
export const putNoticeRule = (body: NoticeRule): Promise<NoticeRule> => ask(api.PUT('/api/rules/notice', { body }))
