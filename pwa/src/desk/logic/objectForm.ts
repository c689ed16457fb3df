import type { LedgerReference, ObjectWhole } from '@/contract'
import type { AddObject } from '@/desk/data/ledger'

export const UNIT_KINDS = ['office', 'workshop', 'team', 'post'] as const
/** 科室、车间、班组、岗位: `parent` is the name of what it belongs to, empty the enterprise itself. */
export interface UnitRow {
  kind: (typeof UNIT_KINDS)[number]
  name: string
  parent: string
  person: string
}
/** What a unit may belong to: those of a higher kind. */
export const parentsFor = (one: UnitRow, all: readonly UnitRow[]): string[] =>
  all.filter((other) => other.name.trim() && UNIT_KINDS.indexOf(other.kind) < UNIT_KINDS.indexOf(one.kind)).map(({ name }) => name.trim())

/** The form of one object: what people type is text until it is sent. */
export interface ObjectFormState {
  kind: AddObject['kind'] & string
  /** Which of the three small places; only of those. */
  small_kind: string
  name: string
  grid_id: string
  bundle_id: string
  credit_code: string
  is_registered: boolean
  address: string
  lat: string
  lon: string
  contact_name: string
  /** Empty = as it is; the number known is shown masked or whole beside it. */
  contact_phone: string
  email: string
  staff_count: string
  products: string
  sector: string
  concerns: string
  division: string
  area_m2: string
  seats: string
  beds: string
  dual_prevention: string
  is_in_lianghua: boolean
  is_key: boolean
  major_source_level: string
  external_owner: string
  licences: { kind: string; number: string; issuer: string; expires_on: string }[]
  key_persons: { duty: string; name: string; phone: string }[]
  units: UnitRow[]
  extra: Record<string, string>
}
const text = (value: string | number | null | undefined): string => (value === null || value === undefined ? '' : String(value))

const NUMBERS = ['lat', 'lon', 'staff_count', 'area_m2', 'seats', 'beds', 'major_source_level'] as const
const WORDS = ['email', 'division', 'dual_prevention', 'external_owner'] as const

const OF_ROW = ['name', 'credit_code', 'address', 'lat', 'lon', 'contact_name', 'sector', 'concerns'] as const
const OF_DETAIL = [
  'email', 'staff_count', 'products', 'division', 'area_m2', 'seats', 'beds', 'dual_prevention', 'major_source_level', 'external_owner',
] as const
const EMPTY = { is_registered: true, is_in_lianghua: false, licences: [], key_persons: [], units: [], extra: {} }

export function formOf(old: ObjectWhole | undefined): ObjectFormState {
  const detail = old?.detail ?? null
  const { is_registered, is_in_lianghua, licences, key_persons, units, extra } = detail ?? EMPTY
  const row = rowOf(old)
  const more = Object.fromEntries(OF_DETAIL.map((name) => [name, text(detail?.[name])]))
  return {
    ...row,
    ...(more as Record<(typeof OF_DETAIL)[number], string>),
    contact_phone: '',
    is_registered,
    is_in_lianghua,
    licences: licences.map((one) => ({ ...one, expires_on: text(one.expires_on) })),
    key_persons: key_persons.map((one) => ({ ...one, phone: text(one.phone) })),
    units: units.map((one) => ({ ...one })),
    extra: Object.fromEntries(Object.entries(extra).map(([key, value]) => [key, text(value as string)])),
  }
}

function rowOf(old: ObjectWhole | undefined) {
  const words = Object.fromEntries(OF_ROW.map((name) => [name, text(old?.[name])])) as Record<(typeof OF_ROW)[number], string>
  return { ...words, kind: old?.kind ?? 'enterprise', small_kind: text(old?.small_kind), bundle_id: text(old?.bundle_id), grid_id: text(old?.grid.id), is_key: old?.is_key ?? false }
}

const numberOf = (typed: string): number | null => (typed.trim() === '' ? null : Number(typed))

/** As the server takes it; numbers that are none become NaN, which it refuses by the field's name. */
export function bodyOf(form: ObjectFormState, fields: LedgerReference['fields']) {
  const { grid_id: _, licences, key_persons, units, extra, contact_phone, small_kind, bundle_id, ...rest } = form
  const numbers = Object.fromEntries(NUMBERS.map((name) => [name, numberOf(form[name])]))
  const words = Object.fromEntries(WORDS.map((name) => [name, form[name].trim() || null]))
  return {
    ...rest,
    ...(numbers as Record<(typeof NUMBERS)[number], number | null>),
    ...(words as Record<'email' | 'division' | 'external_owner', string | null>),
    ...belongingOf(form.kind, small_kind, bundle_id),
    dual_prevention: (form.dual_prevention || null) as AddObject['dual_prevention'],
    credit_code: form.credit_code.trim() || null,
    contact_name: form.contact_name.trim() || null,
    ...(contact_phone.trim() && { contact_phone: contact_phone.trim() }),
    key_persons: key_persons.filter((one) => one.name.trim()).map((one) => ({ ...one, phone: one.phone.trim() || null })),
    units: units.filter((one) => one.name.trim()).map((one) => ({ ...one, name: one.name.trim(), person: one.person.trim() })),
    licences: licences.filter((one) => one.kind.trim()).map((one) => ({ ...one, expires_on: one.expires_on || null })),
    extra: extraOf(extra, fields),
  }
}

/** Only three-small places are one of the three, and no bundle is in a bundle. */
function belongingOf(kind: ObjectFormState['kind'], small: string, bundle: string) {
  return {
    small_kind: (kind === 'three_small_place' ? small || null : null) as AddObject['small_kind'],
    bundle_id: kind === 'bundle' ? null : bundle || null,
  }
}

function extraOf(typed: Record<string, string>, fields: LedgerReference['fields']): Record<string, unknown> {
  const valueOf = (kind: string, value: string): unknown => {
    if (!value.trim()) return null
    if (kind === 'number') return Number(value)
    return kind === 'yes_no' ? value === 'true' : value.trim()
  }
  const filled = fields.filter((field) => field.is_active && typed[field.key] !== undefined)
  return Object.fromEntries(filled.map((field) => [field.key, valueOf(field.kind, typed[field.key] ?? '')]))
}
