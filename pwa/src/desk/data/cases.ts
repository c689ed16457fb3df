import { api } from '@/core/api'
import type {
  Action,
  BulkAnswer,
  CountyMap,
  HazardAction,
  HazardEvent,
  HazardPage,
  HazardReceipt,
  HazardRow,
  HazardView,
  MapPoint,
  NearbyView,
  OrganizationView,
  Proposal,
  Views,
} from '@/contract'
import type { Filters } from '@/desk/logic/filters'
import { ask } from './ask'

const one = (hazard_id: string) => ({ params: { path: { hazard_id } } })

export const listCases = (filters: Filters, cursor?: string): Promise<HazardPage> =>
  ask(api.GET('/api/hazards', { params: { query: { ...filters, limit: 50, ...(cursor && { cursor }) } } }))

export const listPoints = (filters: Filters): Promise<MapPoint[]> =>
  ask(api.GET('/api/hazards/map', { params: { query: filters } }))

export const readCase = (id: string): Promise<HazardView> => ask(api.GET('/api/hazards/{hazard_id}', one(id)))

export const readTimeline = (id: string): Promise<HazardEvent[]> =>
  ask(api.GET('/api/hazards/{hazard_id}/timeline', one(id)))

export const readNearby = (id: string): Promise<NearbyView[]> =>
  ask(api.GET('/api/hazards/{hazard_id}/nearby', one(id)))

export const readProposal = (hazard_id: string): Promise<Proposal> =>
  ask(api.GET('/api/rules/proposal', { params: { query: { hazard_id } } }))

export const listReachable = (hazard_id: string): Promise<OrganizationView[]> =>
  ask(api.GET('/api/organizations/reachable', { params: { query: { hazard_id } } }))

export const claim = (id: string): Promise<HazardRow> => ask(api.PUT('/api/hazards/{hazard_id}/claim', one(id)))

export const release = (id: string): Promise<unknown> => ask(api.DELETE('/api/hazards/{hazard_id}/claim', one(id)))

export const tellViewing = (id: string): Promise<unknown> =>
  ask(api.PUT('/api/hazards/{hazard_id}/viewing', one(id)))

export const snooze = (id: string, until: string | null): Promise<HazardRow> =>
  ask(api.PUT('/api/hazards/{hazard_id}/snooze', { ...one(id), body: { until } }))

export const previewBulk = (action: Action, ids: string[]): Promise<BulkAnswer[]> =>
  ask(api.POST('/api/hazards/bulk-preview', { body: { action, ids } }))

/** One step. `version` is that of the case as it was looked at; `isLeaving` lets it outlive the page. */
export function act(
  id: string, actionId: string, body: HazardAction, version: number, isLeaving = false,
): Promise<HazardReceipt> {
  const params = {
    path: { hazard_id: id, action_id: actionId },
    header: { 'If-Match': `"${String(version)}"` },
  }
  return ask(api.PUT('/api/hazards/{hazard_id}/actions/{action_id}', { params, body, keepalive: isLeaving }))
}

export const listViews = (): Promise<Views> => ask(api.GET('/api/views'))

export const saveView = (view_id: string, name: string, filters: Filters, position = 0): Promise<Views> =>
  ask(api.PUT('/api/views/{view_id}', { params: { path: { view_id } }, body: { name, filters, position } }))

export const deleteView = (view_id: string): Promise<Views> =>
  ask(api.DELETE('/api/views/{view_id}', { params: { path: { view_id } } }))

export const readCountyMap = (): Promise<CountyMap> => ask(api.GET('/api/county/map'))
