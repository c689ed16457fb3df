import type { AssessmentPaper, AssessmentProposal, AssessmentYear, AssessmentYears, BodyNotes, OpenAssessment, StepPaper, WriteNote } from '@/contract'
import { api } from '@/core/api'
import { ask } from './ask'

const of = (assessment_id: string) => ({ path: { assessment_id } })

export const readYears = (): Promise<AssessmentYears> => ask(api.GET('/api/assessments'))
export const readProposal = (): Promise<AssessmentProposal> => ask(api.GET('/api/assessments/proposal'))
export const readYear = (id: string): Promise<AssessmentYear> => ask(api.GET('/api/assessments/{assessment_id}', { params: of(id) }))
/** The id stays the same however often the button is pressed. A step is taken once, on the version that was looked at. */
export const openYear = (id: string, body: OpenAssessment): Promise<AssessmentYear> => ask(api.PUT('/api/assessments/{assessment_id}', { params: of(id), body }))
export const takeBackYear = (id: string, because: string) => ask(api.PUT('/api/assessments/{assessment_id}/withdrawal', { params: of(id), body: { because } }))
export const yearFile = (id: string): string => `/api/assessments/${id}/export.xlsx`
export const readPaper = (paper_id: string): Promise<AssessmentPaper> => ask(api.GET('/api/assessments/papers/{paper_id}', { params: { path: { paper_id } } }))
export const stepPaper = (paper_id: string, step_id: string, body: StepPaper): Promise<AssessmentPaper> =>
  ask(api.PUT('/api/assessments/papers/{paper_id}/steps/{step_id}', { params: { path: { paper_id, step_id } }, body }))
export const readNotes = (year: number): Promise<BodyNotes> => ask(api.GET('/api/assessments/notes', { params: { query: { year } } }))
export const writeNote = (note_id: string, body: WriteNote): Promise<BodyNotes> => ask(api.PUT('/api/assessments/notes/{note_id}', { params: { path: { note_id } }, body }))
export const takeBackNote = (note_id: string, because: string) => ask(api.PUT('/api/assessments/notes/{note_id}/withdrawal', { params: { path: { note_id } }, body: { because } }))
