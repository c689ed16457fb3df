import { shallowRef } from 'vue'
import type { AccidentRow, AccidentStatus, AccidentView, StepAccident, SupplementAccident } from '@/contract'
import { api } from '@/core/api'
import { newId } from '@/core/id'
import { ask } from './ask'
import { fileOf } from './files'
import { can, type Permission } from './me'

/** Who may be shown one: desks that receive them, leaders, villages that summarise, told departments. */
export const SEE_ACCIDENTS: Permission[] = ['accident:handle', 'hazard:see_county', 'patrol:see', 'contacts:see']

/** How many my desk has not received yet, for the menu; kept up by the bell. */
export const waitingAccidents = shallowRef(0)

export async function countWaiting(): Promise<void> {
  if (!can('accident:handle')) return
  const found = await ask(api.GET('/api/accidents/waiting')).catch(() => null)
  if (found) waitingAccidents.value = found.waiting
}

export interface AccidentChoice {
  show: 'all' | 'waiting'
  status: AccidentStatus | ''
}

const asked = ({ show, status }: AccidentChoice) => ({ show, ...(status && { status }) })

export async function findAccidents(choice: AccidentChoice, cursor?: string): Promise<{ items: AccidentRow[]; next: string | null }> {
  const page = await ask(api.GET('/api/accidents', { params: { query: { ...asked(choice), ...(cursor && { cursor }) } } }))
  waitingAccidents.value = page.waiting
  return page
}
export const accidentsFile = (choice: AccidentChoice): string => fileOf('/api/accidents', asked(choice))

export const readAccident = (accident_id: string): Promise<AccidentView> =>
  ask(api.GET('/api/accidents/{accident_id}', { params: { path: { accident_id } } }))

export interface Attempt {
  id: string
  /** When it was said, ISO. */
  at: string
}

/** The same words keep their id, sent however often: it is done once. Other words are another report. */
export function attempts(): (words: object) => Attempt {
  let said = ''
  let attempt: Attempt = { id: '', at: '' }
  return (words) => {
    const text = JSON.stringify(words)
    if (text !== said) attempt = { id: newId(), at: new Date().toISOString() }
    said = text
    return attempt
  }
}
export const stepAccident = (accident_id: string, step_id: string, body: StepAccident): Promise<AccidentView> =>
  ask(api.PUT('/api/accidents/{accident_id}/steps/{step_id}', { params: { path: { accident_id, step_id } }, body }))
export const supplementAccident = (accident_id: string, report_id: string, body: SupplementAccident) =>
  ask(api.PUT('/api/accidents/{accident_id}/reports/{report_id}', { params: { path: { accident_id, report_id } }, body }))
