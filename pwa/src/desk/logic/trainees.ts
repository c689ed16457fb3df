import type { ReadTrainees, Trainee } from '@/contract'
import type { Judged } from '@/desk/data/trainings'

/** The ticks of a training while they are set; only what differs is sent. */
export const SHOWN = ['can_inspect', 'can_record', 'can_report'] as const
const FIELDS = ['attended', ...SHOWN, 'certificate_number', 'valid_until'] as const

export const judgedOf = (row: Trainee): Judged => ({
  person_id: row.person_id,
  attended: row.attended,
  can_inspect: row.can_inspect,
  can_record: row.can_record,
  can_report: row.can_report,
  certificate_number: row.certificate_number,
  valid_until: row.valid_until,
})

/** Who was not there has shown nothing; who has shown something was there. */
export function tick(row: Judged, name: 'attended' | (typeof SHOWN)[number], is: boolean): Judged {
  if (name !== 'attended') return { ...row, [name]: is, attended: is || row.attended }
  return is ? { ...row, attended: true } : { ...row, attended: false, can_inspect: false, can_record: false, can_report: false }
}

export const allPresent = (rows: Judged[]): Judged[] => rows.map((row) => tick(row, 'attended', true))

/** Everybody who was there, all three. */
export const passPresent = (rows: Judged[]): Judged[] =>
  rows.map((row) => (row.attended ? { ...row, can_inspect: true, can_record: true, can_report: true } : row))

export const changedOf = (rows: Judged[], people: Trainee[]): Judged[] => {
  const before = new Map(people.map((row) => [row.person_id, judgedOf(row)]))
  return rows.filter((row) => FIELDS.some((name) => row[name] !== before.get(row.person_id)?.[name]))
}

/** How many rows of a sheet are taken in: one with two wrong cells is one row that is not. */
export const goodRows = ({ rows, faults }: Pick<ReadTrainees, 'rows' | 'faults'>): number => rows - new Set(faults.map((fault) => fault.line)).size
