import type { GridCodeOutlook, GridCodeRule } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'

export type EditGridCodes = components['schemas']['EditGridCodes']

export const readGridCodeRule = (): Promise<GridCodeRule> => ask(api.GET('/api/rules/grid-codes'))
export const putGridCodeRule = (body: EditGridCodes): Promise<GridCodeRule> => ask(api.PUT('/api/rules/grid-codes', { body }))
/** Which grids would not fit; nothing is kept. */
export const lookAtGridCodes = (body: EditGridCodes): Promise<GridCodeOutlook> => ask(api.POST('/api/rules/grid-codes/preview', { body }))
