import type { InvitationSheet, WaitingBody } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

export const ROSTER = '/api/people/roster.xlsx'

/** The roster with whole numbers; the reason is put on record. */
export const wholeRoster = (reason: string): Promise<Blob> =>
  ask(api.POST('/api/people/roster.xlsx', { body: { reason }, parseAs: 'blob' })) as Promise<Blob>

export const listWaiting = (): Promise<WaitingBody[]> => ask(api.GET('/api/people/invitations'))
export const inviteAll = (organization_id: string): Promise<InvitationSheet> =>
  ask(api.POST('/api/people/invitations', { body: { organization_id } }))
export const callOff = (organization_id: string): Promise<unknown> =>
  ask(api.DELETE('/api/people/invitations/{organization_id}', { params: { path: { organization_id } } }))
