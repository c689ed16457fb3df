import type { AccidentRow, ObjectView } from '@/contract'
import type { AccidentDraft, AccidentFields, OutboxItem } from '@/core/types'
import { COUNTED, type Counted } from '@/ui/accidents'

/** What the contract takes for each of the three numbers. */
export const MOST_PEOPLE = 999

/** Whether it adds to an accident that has been reported. */
export const isMore = ({ id, hazardId }: AccidentDraft): boolean => id !== hazardId

/** A first report says what it is, a supplement says anything; all the rest may stay away. */
export function isReady(draft: AccidentDraft): boolean {
  if (!isMore(draft)) return Boolean(draft.fields.kind)
  const { fields, photoIds } = draft
  const { kind, course, dead, injured, missing } = fields
  return photoIds.length > 0 || Boolean(course?.trim()) || [kind, dead, injured, missing].some((each) => each !== undefined)
}

/** How many there are in all; what is known already is not said again. */
export const counted = (name: Counted, n: number, known?: AccidentRow): AccidentFields => ({ [name]: n === known?.[name] ? undefined : n })

/** The numbers as the server told them, and over them what this phone has said and not sent yet. */
export function withUnsent(row: AccidentRow, items: readonly OutboxItem[]): AccidentRow {
  const said = items.flatMap(({ kind, hazardId, draft }) => (kind === 'accident_report' && hazardId === row.id && draft?.kind === 'accident' ? [draft.fields] : []))
  return Object.assign({ ...row }, ...said.map((fields) => Object.fromEntries(COUNTED.flatMap((name) => (fields[name] == null ? [] : [[name, fields[name]]]))))) as AccidentRow
}

/** Named as it stands in the ledger, or in the person's own words. */
export function withPlace(fields: AccidentFields, object: ObjectView | null, words: string): AccidentFields {
  const place = object?.name ?? words
  return { ...fields, object_id: object?.id ?? null, place: place || null }
}

/** Blanks are nobody's words. */
export function finished(draft: AccidentDraft): AccidentDraft {
  const { course, ...fields } = draft.fields
  return { ...draft, fields: { ...fields, ...(course?.trim() && { course: course.trim() }) } }
}

/** Who has it by now, the latest last; nothing yet = the reporter is told to call. */
export function tracesOf(row: AccidentRow): { name: 'township_received' | 'county_received' | 'reported_up'; at: string }[] {
  const traces = [
    { name: 'township_received', at: row.township_received_at },
    { name: 'county_received', at: row.county_received_at },
    { name: 'reported_up', at: row.reported_up_at },
  ] as const
  return traces.flatMap(({ name, at }) => (at ? [{ name, at }] : []))
}
