import type { DutyEffect, Obligations } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'

export type DecideObligation = components['schemas']['DecideObligation']
const of = (key: string) => ({ params: { path: { key } } })

export const readDuties = (): Promise<Obligations> => ask(api.GET('/api/obligations'))
export const weighDuty = (key: string, body: DecideObligation): Promise<DutyEffect> => ask(api.POST('/api/obligations/{key}/effect', { ...of(key), body }))
export const decideDuty = (key: string, body: DecideObligation): Promise<Obligations> => ask(api.PUT('/api/obligations/{key}', { ...of(key), body }))
