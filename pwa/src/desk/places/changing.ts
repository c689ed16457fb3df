import type { DivisionGround, DivisionKind, GridView, OrganizationView } from '@/contract'
import type { ChangeDivision } from '@/desk/data/divisions'
import { filled } from './codes'

/** A change as it is being written; `goes` says to which target (by its place) an object goes.
 * `organization_id` of a new grid is empty where it belongs to the body of the grids that end. */
export interface NewGrid {
  organization_id: string
  name: string
  official_code: string
  external_codes: Record<string, string>
  bounds: string
  outline: string
  post_ids: string[]
}
export interface ChangeForm {
  kind: DivisionKind
  grid_ids: string[]
  into_id: string
  starts_on: string
  document: string
  targets: NewGrid[]
  goes: Record<string, number>
}

export const newGrid = (post_ids: string[] = []): NewGrid => ({ organization_id: '', name: '', official_code: '', external_codes: {}, bounds: '', outline: '', post_ids })
export const targetsOf = (kind: DivisionKind): number => (kind === 'split' ? 2 : 1)

/** The place of a target once that at `gone` has been taken out; what went there goes to the first. */
export const afterwards = (place: number, gone: number): number => (place === gone ? 0 : place > gone ? place - 1 : place)

/** The code that comes `further` after this one: several new grids each have their own. */
export const followingCode = (code: string, further: number): string =>
  code.replace(/\d{1,5}$/, (number) => String(Number(number) + further).padStart(number.length, '0'))

/** What is sent; the first target takes what nobody has named. */
export function commandOf(form: ChangeForm, outlineOf: (text: string) => Record<string, unknown> | null): ChangeDivision {
  const common = { kind: form.kind, grid_ids: form.grid_ids, starts_on: form.starts_on, document: form.document.trim() }
  if (form.kind === 'close') {
    return { ...common, targets: [{ grid_id: form.into_id || null, post_ids: form.targets[0]?.post_ids ?? [] }] }
  }
  const targets = form.targets.map((one, place) => ({
    ...(one.organization_id && { organization_id: one.organization_id }),
    name: one.name.trim() || null,
    official_code: one.official_code.trim() || null,
    external_codes: filled(one.external_codes),
    bounds: one.bounds.trim() || null,
    outline: outlineOf(one.outline),
    post_ids: one.post_ids,
    object_ids: place === 0 ? [] : Object.keys(form.goes).filter((id) => form.goes[id] === place),
  }))
  return { ...common, targets }
}

/** A change that is mended, back in the form; posts and places as they are there now. */
export function formOf(change: ChangeDivision, ground: DivisionGround): ChangeForm {
  const known = new Set(ground.posts.map((post) => post.post_id))
  const targets = change.targets.map((one) => ({
    organization_id: one.organization_id ?? '',
    name: one.name ?? '',
    official_code: one.official_code ?? '',
    external_codes: { ...one.external_codes },
    bounds: one.bounds ?? '',
    outline: one.outline ? JSON.stringify(one.outline) : '',
    post_ids: (one.post_ids ?? []).filter((id) => known.has(id)),
  }))
  const goes = Object.fromEntries(ground.objects.map(({ id }) => [id, Math.max(0, change.targets.findIndex((one) => one.object_ids?.includes(id)))]))
  const { kind, grid_ids, starts_on, document } = change
  return { kind, grid_ids: [...grid_ids], into_id: change.targets[0]?.grid_id ?? '', starts_on, document, targets, goes }
}

const isOfVillage = (row: GridView): boolean => row.organization.kind === 'village'

/** Whether two grids may be changed together: of one body, or of villages of one township. */
export const areNear = (one: GridView, other: GridView): boolean =>
  one.organization.id === other.organization.id ||
  (isOfVillage(one) && isOfVillage(other) && !!one.township && one.township.id === other.township?.id)

/** Villages that a new grid may belong to; nobody chooses where there is only one, or none. */
export function villagesFor(ends: readonly GridView[], bodies: readonly OrganizationView[]): { value: string; text: string }[] {
  const first = ends[0]
  if (!first || !isOfVillage(first)) return []
  const near = bodies.filter((one) => one.kind === 'village' && one.is_active && one.within_id === first.township?.id)
  return near.length > 1 ? near.map((one) => ({ value: one.id, text: one.short_name })) : []
}
