import type { AccidentStep, AccidentView, StepAccident } from '@/contract'

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

/** Whether the time puts right what is noted of a receipt: the earliest counts, a later one changes nothing. */
export function isEarlier(accident: Pick<AccidentView, 'township_received_at' | 'county_received_at'>, step: AccidentStep, done_at: string): boolean {
  const noted = step === 'township_received' ? accident.township_received_at : accident.county_received_at
  return done_at !== '' && noted !== null && Date.parse(done_at) < Date.parse(noted)
}

/** Only what the step asks for; no time = just now. */
export function asked(step: AccidentStep, form: Record<StepField, string>): StepAccident {
  const said = FIELDS_OF[step].flatMap((field) => (form[field].trim() ? [[field, form[field].trim()] as const] : []))
  return { ...Object.fromEntries(said), step }
}
