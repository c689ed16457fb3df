/**
 * For which places a question is meant. The server has the same table (app/services/checklists/applying.py);
 * both are held to the cases of tests/applying.json. What nobody knows of a place leaves no question out.
 */
import type { ChecklistItem, ObjectKind } from '@/contract'

/** As the ledger on the phone tells it; rows of an older release do not tell everything. */
export interface Facts {
  kind?: ObjectKind
  is_key?: boolean
  division?: string | null
  is_small?: boolean | null
}

export type Rule = Partial<ChecklistItem['applies_to']>

const FITS: readonly ((rule: Rule, place: Facts) => boolean)[] = [
  ({ kinds }, { kind }) => !kinds?.length || !kind || kinds.includes(kind),
  ({ divisions }, { division }) => !divisions?.length || !division || divisions.includes(division),
  ({ is_small }, place) => (is_small ?? null) === null || (place.is_small ?? null) === null || place.is_small === is_small,
  ({ is_key }, place) => (is_key ?? null) === null || place.is_key === undefined || place.is_key === is_key,
]

export const applies = (rule: Rule, place: Facts): boolean => FITS.every((fits) => fits(rule, place))

/** Those meant for the place; of a whole grid (null), or if none is meant: all. A bundle is asked what is meant for any member. */
export function asked<T extends { applies_to: Rule }>(items: readonly T[], place: Facts | null, members: readonly Facts[] = []): T[] {
  const meant = place ? items.filter(({ applies_to }) => isMeant(applies_to, place, members)) : []
  return meant.length > 0 ? meant : [...items]
}

function isMeant(rule: Rule, place: Facts, members: readonly Facts[]): boolean {
  if (members.some((member) => applies(rule, member))) return true
  return applies(rule, place) && (members.length === 0 || (place.kind !== undefined && (rule.kinds ?? []).includes(place.kind)))
}
