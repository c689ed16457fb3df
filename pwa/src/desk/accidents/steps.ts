import type { AccidentStep, StepAccident } from '@/contract'

export type StepField = 'done_at' | 'organization_id' | 'to_whom' | 'means' | 'reason'

/** What each step asks for; the server says what it cannot do without. */
export const FIELDS_OF: Readonly<Record<AccidentStep, readonly StepField[]>> = {
  township_received: ['done_at'],
  county_received: ['done_at'],
  reported_up: ['to_whom', 'means', 'done_at'],
  department_told: ['organization_id', 'done_at'],
  false_alarm: ['reason'],
  reopened: ['reason'],
}

/** Only what the step asks for; no time = just now. */
export function asked(step: AccidentStep, form: Record<StepField, string>): StepAccident {
  const said = FIELDS_OF[step].flatMap((field) => (form[field].trim() ? [[field, form[field].trim()] as const] : []))
  return { ...Object.fromEntries(said), step }
}
