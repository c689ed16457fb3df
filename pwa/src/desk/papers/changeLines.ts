import type { DivisionChange } from '@/contract'

/** One line of the list and of the paper: a change, or that it was undone. Both are filed. */
export interface ChangeLine {
  key: string
  change: DivisionChange
  isUndoing: boolean
  isBeforeDay: boolean
  day: string
  before: string
  after: string
  document: string
  reason: string
  by: string
  filed_on: string | null
  filed_number: string | null
}
type Parts = DivisionChange['before']
type Sides = Pick<DivisionChange, 'before' | 'after'>

/** The village is named where the change is about more than one, and the grid's name does not say it. */
export function namedIn(parts: Parts, sides: Sides, aside: (code: string) => string = () => ''): string {
  const bodies = new Set([...sides.before, ...sides.after].map((one) => one.body))
  return parts.map((one) => [bodies.size > 1 && !one.name.startsWith(one.body) ? `${one.body} ` : '', one.name, one.official_code ? aside(one.official_code) : ''].join('')).join('、')
}

export function linesOf(changes: readonly DivisionChange[], aside: (code: string) => string): ChangeLine[] {
  return changes.flatMap((change) => {
    const before = namedIn(change.before, change, aside)
    const after = namedIn(change.after, change, aside)
    const { undone } = change
    const made: ChangeLine = {
      key: change.id, change, isUndoing: false, isBeforeDay: false, day: change.starts_on, before, after,
      document: change.document, reason: '', by: change.decided_by, filed_on: change.filed_on, filed_number: change.filed_number,
    }
    if (!undone) return [made]
    const { is_before_day, undone_on, document, reason, by, filed_on, filed_number } = undone
    const back: ChangeLine = {
      key: `${change.id}-undone`, change, isUndoing: true, isBeforeDay: is_before_day, day: undone_on, before: after, after: before,
      document, reason, by, filed_on, filed_number,
    }
    return [back, made]
  })
}
