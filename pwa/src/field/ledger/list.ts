import type { ObjectView } from '@/contract'
import type { Fix } from '@/core/types'
import { metresTo } from '@/field/shell/far'

export interface LedgerFilter {
  text: string
  isKey: boolean
  isUnconfirmed: boolean
}

export const NO_FILTER: LedgerFilter = { text: '', isKey: false, isUnconfirmed: false }

/** An object with how far it is, if phone and place are known, and how many stand in its bundle. */
export interface Listed {
  object: ObjectView
  metres: number | null
  members: number
}

type Spot = Pick<Fix, 'lat' | 'lon'> | null

/** Nearest to `from` first, without a position by name; `here`: where the phone is by now. Members stand in their bundle; a filter finds each by itself. */
export function listOf(objects: readonly ObjectView[], filter: LedgerFilter, from: Spot, here: Spot = from): Listed[] {
  const bundles = new Map(objects.filter(({ kind }) => kind === 'bundle').map(({ id }) => [id, 0]))
  for (const { bundle_id: id } of objects) if (id !== null && bundles.has(id)) bundles.set(id, (bundles.get(id) ?? 0) + 1)
  const isShown = isFiltering(filter) ? matching(filter) : (one: ObjectView) => one.bundle_id === null || !bundles.has(one.bundle_id)
  return objects
    .filter(isShown)
    .map((object) => ({ object, far: metresTo(object, from) ?? Infinity }))
    .sort((a, b) => (a.far === b.far ? byName(a.object, b.object) : a.far - b.far))
    .map(({ object }) => ({ object, metres: metresTo(object, here), members: bundles.get(object.id) ?? 0 }))
}

export const membersOf = (objects: readonly ObjectView[], bundle: ObjectView): ObjectView[] =>
  objects.filter((one) => one.bundle_id === bundle.id).sort(byName)

export const isFiltering = ({ text, isKey, isUnconfirmed }: LedgerFilter): boolean => text.trim() !== '' || isKey || isUnconfirmed

function matching({ text, isKey, isUnconfirmed }: LedgerFilter): (one: ObjectView) => boolean {
  const wanted = text.trim().toLowerCase()
  return (one) =>
    `${one.name}\n${one.address}\n${one.credit_code ?? ''}`.toLowerCase().includes(wanted) &&
    (!isKey || one.is_key) &&
    (!isUnconfirmed || one.confirmed_at === null)
}

const byName = (a: ObjectView, b: ObjectView): number => a.name.localeCompare(b.name, 'zh')

/** Whole numbers can be called; a masked one cannot. */
export const canCall = (phone: string | null): phone is string => phone !== null && /^[\d+\-() ]{5,}$/.test(phone)
