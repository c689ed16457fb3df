import type { DutyDraft, DutyFigures } from '@/contract'
import type { t as say } from '@/words'

type Row = DutyFigures['townships'][number] | DutyFigures['departments'][number]

/** What the form begins with: figures in sentences, to be changed as it was. */
export function draftText({ occurrence, figures }: DutyDraft, t: typeof say): string {
  if (figures) return figured(figures, t)
  if (occurrence.duty === 'meeting' || occurrence.duty === 'supervision') return t(`desk.routine.text_of.${occurrence.duty}`)
  return ''
}

export const sumOf = <R extends Row>(rows: readonly R[], pick: (row: R) => number): number => rows.reduce((sum, row) => sum + pick(row), 0)

function figured(figures: DutyFigures, t: typeof say): string {
  const { first, last, townships, departments } = figures
  const whole = t('desk.routine.text_of.figures', {
    first, last,
    reported: sumOf(townships, (row) => row.reported),
    fixed: sumOf(townships, (row) => row.fixed_on_site),
    closed: sumOf(townships, (row) => row.closed),
    open: sumOf(townships, (row) => row.open),
    overdue: sumOf(townships, (row) => row.overdue),
    planned: sumOf(townships, (row) => row.planned),
    looked: sumOf(townships, (row) => row.looked),
  })
  const rectified = t('desk.routine.text_of.departments', {
    due: sumOf(departments, (row) => row.due),
    in_time: sumOf(departments, (row) => row.in_time),
    again: sumOf(departments, (row) => row.again),
  })
  const late = [named(townships, 'desk.routine.text_of.late_townships', t), named(departments, 'desk.routine.text_of.late_departments', t)]
  return [whole, rectified, ...late, t('desk.routine.text_of.next')].filter(Boolean).join('\n')
}

/** Bodies with something overdue, in the order of the table: no rank. */
function named(rows: readonly Row[], key: 'desk.routine.text_of.late_townships' | 'desk.routine.text_of.late_departments', t: typeof say): string {
  const names = rows.filter((row) => row.overdue).map((row) => t('desk.routine.text_of.one', { name: row.name, n: row.overdue }))
  return names.length ? t(key, { names: names.join(t('desk.duty.or')) }) : ''
}
