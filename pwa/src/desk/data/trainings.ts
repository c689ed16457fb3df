import type { PersonTrainings, ReadTrainees, TrainingCandidate, TrainingRow, TrainingRule, TrainingStanding, TrainingView } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask, inForm } from './ask'

type Schemas = components['schemas']
export type AddTraining = Schemas['AddTraining']
export type Judged = Schemas['Judged']
export type GateRole = 'gridworker' | 'grid_chief'
const of = (training_id: string) => ({ path: { training_id } })

export const readTrainingRule = (): Promise<TrainingRule> => ask(api.GET('/api/rules/training'))
export const putTrainingRule = (body: Schemas['EditTrainingRule']): Promise<TrainingRule> => ask(api.PUT('/api/rules/training', { body }))
export const listTrainings = (cursor?: string): Promise<{ items: TrainingRow[]; next: string | null }> =>
  ask(api.GET('/api/trainings', { params: { query: cursor ? { cursor } : {} } }))
export const readTraining = (id: string): Promise<TrainingView> => ask(api.GET('/api/trainings/{training_id}', { params: of(id) }))
export const traineesFile = (id: string): string => `/api/trainings/${id}/sheet.xlsx`
/** A trial, or (`isTaken`) the good rows onto the list. */
export const sendTrainees = (training_id: string, file: File, is_taken: boolean, with_newcomers: boolean): Promise<ReadTrainees> =>
  ask(api.POST('/api/trainings/{training_id}/sheet', { params: { ...of(training_id), query: { is_taken, with_newcomers } }, body: inForm(file) }))
export const addTraining = (body: AddTraining): Promise<TrainingView> => ask(api.POST('/api/trainings', { body }))
export const editTraining = (id: string, body: Schemas['EditTraining']): Promise<TrainingView> =>
  ask(api.PATCH('/api/trainings/{training_id}', { params: of(id), body }))
export const addTrainees = (id: string, person_ids: string[]): Promise<TrainingView> =>
  ask(api.POST('/api/trainings/{training_id}/people', { params: of(id), body: { person_ids } }))
export const registerTrainee = (id: string, body: Schemas['RegisterTrainee']): Promise<TrainingView> =>
  ask(api.POST('/api/trainings/{training_id}/newcomers', { params: of(id), body }))
export const judgeTrainees = (id: string, records: Judged[]): Promise<TrainingView> =>
  ask(api.PUT('/api/trainings/{training_id}/records', { params: of(id), body: { records } }))
export const takeOff = (training_id: string, person_id: string): Promise<TrainingView> =>
  ask(api.DELETE('/api/trainings/{training_id}/people/{person_id}', { params: { path: { training_id, person_id } } }))
export const findCandidates = (text: string, organization_id: string, on_foot: boolean, cursor?: string): Promise<{ items: TrainingCandidate[]; next: string | null }> =>
  ask(api.GET('/api/trainings/candidates', { params: { query: { on_foot, ...(text && { text }), ...(organization_id && { organization_id }), ...(cursor && { cursor }) } } }))
export const readStanding = (query: { organization_id?: string; day?: string; roles?: GateRole[] }): Promise<TrainingStanding> =>
  ask(api.GET('/api/trainings/standing', { params: { query } }))
export const readTrainingsOf = (person_id: string): Promise<PersonTrainings> =>
  ask(api.GET('/api/people/{person_id}/trainings', { params: { path: { person_id } } }))
