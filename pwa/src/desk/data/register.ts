import type { CheckedOutline, ComparedOutline, GridView, Invitation, NewPassword, OrganizationView, OutlineFaults, PastOutline, PersonView, ProposedCode, Role } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { countyDay } from '@/core/clock'
import { ask, inForm } from './ask'

type Schemas = components['schemas']
export type AddPost = Schemas['AddPost']
type Page<T> = Promise<{ items: T[]; next: string | null }>

export interface PeopleQuery {
  text: string
  organization_id: string
  role: Role | ''
  may_stand_in?: boolean
}
const given = <T extends object>(query: T): Partial<T> =>
  Object.fromEntries(Object.entries(query).filter(([, value]) => value !== '' && value !== undefined)) as Partial<T>
const person = (person_id: string) => ({ params: { path: { person_id } } })

export const findPeople = (query: PeopleQuery, cursor?: string): Page<PersonView> =>
  ask(api.GET('/api/people', { params: { query: { ...(given(query) as { text?: string; role?: Role }), ...(cursor && { cursor }) } } }))
export const readPerson = (id: string): Promise<PersonView> => ask(api.GET('/api/people/{person_id}', person(id)))
export const addPerson = (body: Schemas['AddPerson']): Promise<NewPassword> => ask(api.POST('/api/people', { body }))
export const editPerson = (id: string, body: Schemas['EditPerson']): Promise<PersonView> =>
  ask(api.PATCH('/api/people/{person_id}', { ...person(id), body }))
export const disablePerson = (id: string): Promise<PersonView> => ask(api.POST('/api/people/{person_id}/disable', person(id)))
export const enablePerson = (id: string): Promise<PersonView> => ask(api.POST('/api/people/{person_id}/enable', person(id)))
export const resetPassword = (id: string): Promise<NewPassword> => ask(api.POST('/api/people/{person_id}/reset-password', person(id)))
export const resetSecondFactor = (id: string): Promise<PersonView> => ask(api.POST('/api/people/{person_id}/reset-second-factor', person(id)))
export const invitePhone = (id: string): Promise<Invitation> => ask(api.POST('/api/people/{person_id}/enrolment', person(id)))
export const takeInvitationBack = (id: string): Promise<unknown> => ask(api.DELETE('/api/people/{person_id}/enrolment', person(id)))
export const addPost = (id: string, body: AddPost): Promise<PersonView> => ask(api.POST('/api/people/{person_id}/posts', { ...person(id), body }))
export const listPartTimeSources = (): Promise<string[]> => ask(api.GET('/api/posts/part-time-sources'))
export const editPost = (post_id: string, body: Schemas['EditPost']): Promise<PersonView> =>
  ask(api.PATCH('/api/posts/{post_id}', { params: { path: { post_id } }, body }))

export const addOrganization = (body: Schemas['AddOrganization']): Promise<OrganizationView> => ask(api.POST('/api/organizations', { body }))
export const editOrganization = (organization_id: string, body: Schemas['EditOrganization']): Promise<OrganizationView> =>
  ask(api.PATCH('/api/organizations/{organization_id}', { params: { path: { organization_id } }, body }))

export const listGrids = (township_id: string): Promise<GridView[]> =>
  ask(api.GET('/api/grids', { params: { query: given({ township_id }) } }))
export const readGrid = (grid_id: string): Promise<GridView> => ask(api.GET('/api/grids/{grid_id}', { params: { path: { grid_id } } }))
export const checkOutline = (body: Schemas['CheckOutline']): Promise<CheckedOutline> => ask(api.POST('/api/grids/outline-check', { body }))
export const listOutlineFaults = (township_id: string): Promise<OutlineFaults> =>
  ask(api.GET('/api/grids/outline-faults', { params: { query: { township_id } } }))
export const listPastOutlines = (grid_id: string): Promise<PastOutline[]> =>
  ask(api.GET('/api/grids/{grid_id}/outlines', { params: { path: { grid_id } } }))
export const comparePastOutline = (grid_id: string, outline_id: string): Promise<ComparedOutline> =>
  ask(api.GET('/api/grids/{grid_id}/outlines/{outline_id}', { params: { path: { grid_id, outline_id } } }))
export const nextCode = (organization_id: string): Promise<ProposedCode> =>
  ask(api.GET('/api/grids/next-code', { params: { query: { organization_id } } }))
export const addGrid = (body: Schemas['AddGrid']): Promise<GridView> => ask(api.POST('/api/grids', { body }))
export const editGrid = (grid_id: string, body: Schemas['EditGrid']): Promise<GridView> =>
  ask(api.PATCH('/api/grids/{grid_id}', { params: { path: { grid_id } }, body }))

/** The county's today, as the forms write days. */
export const today = (): string => countyDay(Date.now())

/** A phone's exported records. */
export const importRescueFile = (file: File): Promise<Schemas['RescueLine'][]> => ask(api.POST('/api/sync/rescue', { body: inForm(file) }))
