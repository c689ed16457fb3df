import type { Inspection, InspectionKind, InspectionRow, Inspector } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { newId } from '@/core/id'
import { ask } from './ask'
import { fileOf } from './files'

type Schemas = components['schemas']
export type PlanInspection = Schemas['PlanInspection']
export type EditInspection = Schemas['EditInspection']
export type Accompany = Schemas['Accompany']
export type RecordResult = Schemas['RecordResult']
export type ReportHazard = Schemas['ReportHazard']
export type InspectionShow = 'all' | 'open' | 'closed' | 'called_off'

export const INSPECTION_KINDS: readonly InspectionKind[] = ['routine', 'special', 'joint', 'announced_check', 'unannounced_check', 'no_notice_check']
/** Nobody on the ground knows of these before somebody stands at the door. */
export const HIDDEN_KINDS: ReadonlySet<InspectionKind> = new Set<InspectionKind>(['unannounced_check', 'no_notice_check'])
/** The parts of the circle in its order (S0-26). */
export const PARTS = ['plan', 'list', 'records', 'measures', 'results'] as const
/** Bodies whose people may inspect. */
export const INSPECTING = new Set(['county_centre', 'safety_department', 'department', 'township_subcentre'])

export interface InspectionQuery {
  show: InspectionShow
  kind: InspectionKind | ''
  text: string
}
const of = (inspection_id: string) => ({ path: { inspection_id } })
const given = ({ show, kind, text }: InspectionQuery) => ({ show, ...(kind && { kind }), ...(text && { text }) })

/** Under an id of this form's own: pressed twice, it is planned once. */
export const newInspectionId = newId
export const inspectionsFile = (query: InspectionQuery): string => fileOf('/api/inspections', given(query))
/** Of the same choice: each thing that was not in order. */
export const findingsFile = (query: InspectionQuery): string => fileOf('/api/inspections/findings', given(query))
export const findInspections = (query: InspectionQuery, cursor?: string): Promise<{ items: InspectionRow[]; next: string | null }> =>
  ask(api.GET('/api/inspections', { params: { query: { ...given(query), ...(cursor && { cursor }) } } }))
export const readInspection = (id: string): Promise<Inspection> => ask(api.GET('/api/inspections/{inspection_id}', { params: of(id) }))
export const planInspection = (id: string, body: PlanInspection): Promise<Inspection> =>
  ask(api.PUT('/api/inspections/{inspection_id}', { params: of(id), body }))
export const editInspection = (id: string, body: EditInspection): Promise<Inspection> =>
  ask(api.PATCH('/api/inspections/{inspection_id}', { params: of(id), body }))
export const closeInspection = (id: string, conclusion: string): Promise<Inspection> =>
  ask(api.PUT('/api/inspections/{inspection_id}/close', { params: of(id), body: { conclusion } }))
export const callOffInspection = (id: string, reason: string): Promise<Inspection> =>
  ask(api.PUT('/api/inspections/{inspection_id}/call-off', { params: of(id), body: { reason } }))
export const recordResult = (inspection_id: string, object_id: string, body: RecordResult): Promise<Inspection> =>
  ask(api.PUT('/api/inspections/{inspection_id}/places/{object_id}', { params: { path: { inspection_id, object_id } }, body }))
export const listInspectors = (organization_id: string[]): Promise<Inspector[]> =>
  ask(api.GET('/api/inspections/inspectors', { params: { query: { organization_id } } }))
/** The inspection that has found a case, if the reader sees it. */
export const inspectionOf = async (hazard_id: string): Promise<InspectionRow | undefined> =>
  (await ask(api.GET('/api/inspections', { params: { query: { hazard_id, limit: 1 } } }))).items[0]
/** A finding goes into the main loop like any report; the same id and words again change nothing. */
export const reportFinding = (hazard_id: string, body: ReportHazard): Promise<unknown> =>
  ask(api.PUT('/api/hazards/{hazard_id}', { params: { path: { hazard_id } }, body }))
