import type { Gone, ObjectKind, ObjectView, ObjectProposal, SmallKind } from '@/contract'
import type { CollectDraft, CollectFields } from '@/core/types'
import type { Key } from '@/words'

/** What a phone collects; a bundle is made at a desk. Small places first: they are met most. */
export const KINDS: readonly ObjectKind[] = [
  'three_small_place', 'individual_business', 'enterprise', 'household', 'key_location', 'public_facility',
  'leased_factory', 'disused_factory', 'project', 'ferry',
]

export const SMALL_KINDS: readonly SmallKind[] = ['small_shop', 'small_workshop', 'small_entertainment']

export const GONE: readonly Gone[] = ['closed', 'demolished', 'moved']

export type Missing = 'kind' | 'name' | 'grid_id' | 'where' | 'change'
export const NEEDED: Record<Missing, Key> = {
  kind: 'field.collect.need_kind',
  name: 'field.collect.need_name',
  grid_id: 'field.collect.need_grid',
  where: 'field.collect.need_where',
  change: 'field.change.need',
}

/** What has to be said before it can be sent; where it is may be words, a position, or both. */
export function missingOf(draft: CollectDraft): Missing[] {
  const { fields, position } = draft
  if (fields.seen) return missingOfChange(fields)
  const lacks: [Missing, boolean][] = [
    ['kind', !fields.kind],
    ['name', !fields.name?.trim()],
    ['grid_id', !fields.grid_id],
    ['where', !fields.address?.trim() && !position],
  ]
  return lacks.flatMap(([what, is]) => (is ? what : []))
}

function missingOfChange(fields: CollectFields): Missing[] {
  if (fields.gone) return []
  if (!fields.name?.trim()) return ['name']
  return CHANGEABLE.some((name) => trimmed(fields[name]) !== trimmed(fields.seen?.[name])) ? [] : ['change']
}

/** What is asked of a place that is in the ledger; what it is, and on which grid, the desk changes. */
export const CHANGEABLE = ['name', 'address', 'contact_name', 'contact_phone', 'concerns', 'credit_code'] as const

/** A change of what is confirmed: as the phone shows it now, with what was returned filled in again. */
export function changeOf(object: ObjectView, returned: ObjectProposal | undefined): CollectFields {
  const { kind, small_kind, name, address, credit_code, contact_name, contact_phone, concerns, grid } = object
  const seen = { name, address, credit_code, contact_name, contact_phone, concerns }
  const said = Object.fromEntries((returned?.lines ?? []).map(({ field, new: value }) => [field, value])) as CollectFields
  return { kind, small_kind, ...seen, ...said, grid_id: grid.id, seen, gone: returned?.gone ?? null, note: returned?.note ?? '' }
}

/** The newest of mine that the desk has sent back. Copies of before know of none. */
export const returnedOf = (object: ObjectView | null | undefined, personId: string | undefined): ObjectProposal | undefined =>
  proposalsOf(object).findLast((one) => one.verdict === 'returned' && one.person_id === personId)

export const proposalsOf = (object: ObjectView | null | undefined): readonly ObjectProposal[] => (object?.proposals as ObjectProposal[] | undefined) ?? []

/** As the server has it: what was sent back is corrected, not written anew. */
export function fieldsOf(object: ObjectView): CollectFields {
  const { kind, small_kind, bundle_id, name, address, credit_code, contact_name, contact_phone, concerns, grid } = object
  return { kind, small_kind, bundle_id, name, address, credit_code, contact_name, contact_phone, concerns, grid_id: grid.id }
}

/** The bundles in use on this grid, as far as the phone knows. */
export const bundlesOn = (objects: readonly ObjectView[], gridId: string | undefined): ObjectView[] =>
  objects.filter((one) => one.kind === 'bundle' && one.grid.id === gridId && one.closed_on === null)


/** Blanks at the ends are nobody's words; what is left empty is not said at all. */
export function finished(draft: CollectDraft): CollectDraft {
  const { kind, grid_id, name, address, concerns, credit_code, contact_name, contact_phone } = draft.fields
  const fields: CollectFields = {
    ...(kind && { kind }),
    ...(grid_id && { grid_id }),
    ...belongingOf(draft.fields),
    name: trimmed(name),
    address: trimmed(address),
    concerns: trimmed(concerns),
    credit_code: trimmed(credit_code) || null,
    contact_name: trimmed(contact_name) || null,
    contact_phone: trimmed(contact_phone) || null,
    ...changedOf(draft.fields),
  }
  return { ...draft, fields }
}

function changedOf({ seen, gone, note }: CollectFields): CollectFields {
  return seen ? { seen, gone: gone ?? null, note: gone ? trimmed(note) : '' } : {}
}

function belongingOf({ kind, small_kind, bundle_id }: CollectFields): CollectFields {
  return {
    ...(kind === 'three_small_place' && small_kind && { small_kind }),
    ...(bundle_id !== undefined && { bundle_id }),
  }
}

const trimmed = (text: string | null | undefined): string => text?.trim() ?? ''

/** What the phone knows of the same name on the same grid, or of the same code; told, never in the way. */
export function alikeOf(objects: readonly ObjectView[], { fields, hazardId }: CollectDraft): ObjectView[] {
  const name = plain(fields.name)
  const code = plain(fields.credit_code)
  const isSame = (one: ObjectView): boolean =>
    (code !== '' && plain(one.credit_code) === code) ||
    (name !== '' && one.grid.id === fields.grid_id && plain(one.name) === name)
  return objects.filter((one) => one.id !== hazardId && isSame(one)).slice(0, 3)
}

/** As the server compares: without blanks and punctuation, which everybody sets differently. */
const plain = (text: string | null | undefined): string =>
  (text ?? '').normalize('NFKC').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '')
