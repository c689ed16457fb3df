import type { WholeContact } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'
import { fileOf } from './files'

type Schemas = components['schemas']
export type AuditEntry = Schemas['AuditEntryView']
export type AuditKind = Schemas['Kind']

/** Days of the county, the last one included. */
export interface AuditQuery {
  kind: AuditKind | ''
  person_id: string
  from: string
  to: string
}
const midnight = (day: string, later = 0): string => new Date(Date.parse(`${day}T00:00:00+08:00`) + later * 86_400_000).toISOString()

const asked = ({ kind, person_id, from, to }: AuditQuery) => ({
  ...(kind && { kind }),
  ...(person_id && { person_id }),
  ...(from && { since: midnight(from) }),
  ...(to && { until: midnight(to, 1) }),
})

export const findEntries = (query: AuditQuery, cursor?: string): Promise<{ items: AuditEntry[]; next: string | null }> =>
  ask(api.GET('/api/audit', { params: { query: { ...asked(query), ...(cursor && { cursor }) } } }))
export const entriesFile = (query: AuditQuery): string => fileOf('/api/audit', asked(query))
export const revealContact = (object_id: string, reason: string): Promise<WholeContact> =>
  ask(api.POST('/api/objects/{object_id}/reveal', { params: { path: { object_id } }, body: { reason } }))
export const revealNumber = async (person_id: string, reason: string): Promise<string | null> =>
  (await ask(api.POST('/api/people/{person_id}/reveal', { params: { path: { person_id } }, body: { reason } }))).mobile
