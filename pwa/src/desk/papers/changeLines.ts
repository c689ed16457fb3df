import type { DivisionChange, GridRevision } from '@/contract'

/** What a line is about: a change, or grids revised, added, ended by themselves. */
type About = { change: DivisionChange; revision: null } | { change: null; revision: GridRevision }

/** One line of the list and of the paper. That a change was undone is a line too; all are filed. */
export type ChangeLine = About & {
  key: string
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
/** How what belongs to a grid, or to several, is said beside it. */
export interface Say {
  aside: (text: string) => string
  size: (metres: number) => string
  many: (names: string, count: number) => string
  cause: (cause: GridRevision['cause']) => string
  system: string
}

/** The village is named where the change is about more than one, and the grid's name does not say it. */
export function namedIn(parts: Parts, sides: Sides, aside: (code: string) => string = () => ''): string {
  const bodies = new Set([...sides.before, ...sides.after].map((one) => one.body))
  return parts.map((one) => [bodies.size > 1 && !one.name.startsWith(one.body) ? `${one.body} ` : '', one.name, one.official_code ? aside(one.official_code) : ''].join('')).join('、')
}

const NOTHING = '—'

/** The newest day first, an undoing above its change. `most`: grids of one line that are named. */
export function linesOf(changes: readonly DivisionChange[], revisions: readonly GridRevision[], say: Say, most = Infinity): ChangeLine[] {
  const groups = [
    ...changes.map((change) => ({ day: change.starts_on, lines: changed(change, say) })),
    ...revisions.map((revision) => ({ day: revision.revised_on, lines: [revised(revision, say, most)] })),
  ]
  return groups.sort((one, other) => other.day.localeCompare(one.day)).flatMap(({ lines }) => lines)
}

function changed(change: DivisionChange, say: Say): ChangeLine[] {
  const before = namedIn(change.before, change, say.aside)
  const after = namedIn(change.after, change, say.aside)
  const { undone } = change
  const made: ChangeLine = {
    key: change.id, change, revision: null, isUndoing: false, isBeforeDay: false, day: change.starts_on, before, after,
    document: change.document, reason: '', by: change.decided_by, filed_on: change.filed_on, filed_number: change.filed_number,
  }
  if (!undone) return [made]
  const { is_before_day, undone_on, document, reason, by, filed_on, filed_number } = undone
  const back: ChangeLine = {
    key: `${change.id}-undone`, change, revision: null, isUndoing: true, isBeforeDay: is_before_day, day: undone_on, before: after, after: before,
    document, reason, by, filed_on, filed_number,
  }
  return [back, made]
}

function revised(revision: GridRevision, say: Say, most: number): ChangeLine {
  const { id, revised_on, grids, decided_by, filed_on, filed_number } = revision
  const part = (one: GridRevision['grids'][number], side: '' | '_before'): Parts[number] => ({ grid_id: one.grid_id, body: one.body, name: one[`name${side}`], official_code: one[`code${side}`] })
  const sides = { before: grids.map((one) => part(one, '_before')), after: grids.map((one) => part(one, '')) }
  const told = (side: '' | '_before'): string => {
    const names = grids.slice(0, most).map((one) => {
      const size = one[`area${side}`]
      const known = [one[`code${side}`], size === null ? null : say.size(size)].filter(Boolean).join('，')
      return namedIn([{ ...part(one, side), official_code: known || null }], sides, say.aside)
    })
    const all = grids.length > names.length ? say.many(names.join('、'), grids.length) : names.join('、')
    return grids.length > 1 && revision.township ? `${revision.township}：${all}` : all
  }
  return {
    key: id, change: null, revision, isUndoing: false, isBeforeDay: false, day: revised_on,
    before: revision.kind === 'revised' || revision.kind === 'ended' ? told('_before') : NOTHING,
    after: revision.kind === 'ended' ? NOTHING : told(''),
    document: say.cause(revision.cause), reason: '', by: decided_by ?? say.system, filed_on, filed_number,
  }
}
