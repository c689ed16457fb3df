import type { CalendarDay, Category, Rules } from '@/contract'
import type { components } from '@/contract/api'
import { api } from '@/core/api'
import { ask } from './ask'
import { rules } from './catalog'

type Schemas = components['schemas']
export type EditCategory = Schemas['EditCategory']
export type EditRouting = Schemas['EditRouting']
export type EditDeadline = Schemas['EditDeadline']
export type Span = Schemas['Span']

/** Every change of a rule answers with all rules; the catalog follows. */
async function renewed(call: Promise<Rules>): Promise<void> {
  rules.value = await call
}
const rule = (rule_id: number) => ({ params: { path: { rule_id } } })

export async function putCategory(code: string, body: EditCategory): Promise<Category> {
  const saved = await ask(api.PUT('/api/rules/categories/{code}', { params: { path: { code } }, body }))
  await renewed(ask(api.GET('/api/rules')))
  return saved
}
export const addRouting = (body: EditRouting): Promise<void> => renewed(ask(api.POST('/api/rules/routing', { body })))
export const putRouting = (id: number, body: EditRouting): Promise<void> => renewed(ask(api.PUT('/api/rules/routing/{rule_id}', { ...rule(id), body })))
export const dropRouting = (id: number): Promise<void> => renewed(ask(api.DELETE('/api/rules/routing/{rule_id}', rule(id))))
export const addDeadline = (body: EditDeadline): Promise<void> => renewed(ask(api.POST('/api/rules/deadlines', { body })))
export const putDeadline = (id: number, body: EditDeadline): Promise<void> => renewed(ask(api.PUT('/api/rules/deadlines/{rule_id}', { ...rule(id), body })))
export const dropDeadline = (id: number): Promise<void> => renewed(ask(api.DELETE('/api/rules/deadlines/{rule_id}', rule(id))))
export const putHours = (spans: Span[]): Promise<void> => renewed(ask(api.PUT('/api/rules/working-hours', { body: { spans } })))
export const readCalendar = (year: number): Promise<CalendarDay[]> => ask(api.GET('/api/rules/calendar/{year}', { params: { path: { year } } }))
export const putDay = (on: string, is_workday: boolean, reason: string): Promise<CalendarDay> =>
  ask(api.PUT('/api/rules/calendar/days/{on}', { params: { path: { on } }, body: { is_workday, reason } }))
export const dropDay = (on: string): Promise<unknown> => ask(api.DELETE('/api/rules/calendar/days/{on}', { params: { path: { on } } }))
