import type { Crs, DivisionDraft, DivisionProposal, GridKind, GridView } from '@/contract'
import type { Key, Params } from '@/words'
import type { Geometry } from '@/ui/outlines'
import { filled, inLine } from './codes'

type Sketch = DivisionDraft['before'][number]
type Say = (key: Key, params?: Params) => string
export interface Line {
  what: string
  was: string
  becomes: string
}
const EDITED = ['name', 'official_code', 'bounds'] as const

/** The difference that an edited grid would make, a line each. */
export function linesOf(one: DivisionDraft, t: Say): Line[] {
  const [before, after] = [one.before[0], one.after[0]]
  if (one.kind !== 'edit' || !before || !after) return []
  const said = (text: string | null): string => text ?? t('desk.draft.nothing')
  const lines = EDITED.filter((name) => before[name] !== after[name])
    .map((name) => ({ what: t(`desk.draft.field.${name}`), was: said(before[name]), becomes: said(after[name]) }))
  return [...lines, ...externalOf(before, after, t), ...outlineOf(one, t), ...endOf(one, t)]
}

function externalOf(before: Sketch, after: Sketch, t: Say): Line[] {
  const [was, becomes] = [inLine(before.external_codes), inLine(after.external_codes)]
  const nothing = t('desk.draft.nothing')
  return was === becomes ? [] : [{ what: t('desk.codes.external'), was: was || nothing, becomes: becomes || nothing }]
}

function outlineOf(one: DivisionDraft, t: Say): Line[] {
  const [was, becomes] = [one.before[0]?.outline, one.after[0]?.outline]
  if (JSON.stringify(was) === JSON.stringify(becomes)) return []
  const redrawn = one.proposal.edit?.is_correction ? 'desk.draft.corrected' : 'desk.draft.redrawn'
  return [{ what: t('desk.draft.field.outline'), was: t(was ? 'desk.draft.drawn' : 'desk.draft.undrawn'), becomes: t(becomes ? redrawn : 'desk.draft.undrawn') }]
}

function endOf(one: DivisionDraft, t: Say): Line[] {
  if (!('valid_to' in one.becomes)) return []
  return [{ what: t('desk.draft.field.valid_to'), was: t('desk.draft.open_end'), becomes: one.becomes['valid_to'] ?? t('desk.draft.open_end') }]
}

/** What is, dashed, and over it what would be. */
export function shapesOf(one: DivisionDraft): { id: string; name: string; geometry: Geometry; tone: string }[] {
  const side = (tone: 'was' | 'becomes', all: DivisionDraft['before']) =>
    all.flatMap(({ name, outline }, n) => (outline ? [{ id: `${tone} ${n}`, name, geometry: outline as Geometry, tone }] : []))
  return [...side('was', one.before), ...side('becomes', one.after)]
}

interface GridFields {
  name: string
  official_code: string
  external_codes: Record<string, string>
  bounds: string
  valid_to: string
  kind: GridKind
  organization_id: string
  valid_from: string
  crs: Crs
  is_correction: boolean
}

const given = (text: string): string | null => text.trim() || null

function changed(old: GridView, now: Record<string, string | null>): Record<string, string | null> {
  const was: Record<string, unknown> = { ...old }
  return Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== was[name]))
}

function corrected(form: GridFields, drawn_from: string): { drawn_from: string; is_correction?: true } {
  return { drawn_from, ...(form.is_correction && { is_correction: true }) }
}

/** What a township asks for: a new grid, or of an old one only what was changed; null for nothing. */
export function proposalOf(old: GridView | undefined, form: GridFields, outline: Record<string, unknown> | null, drawn_from: string): DivisionProposal | null {
  const common = { name: form.name.trim(), official_code: given(form.official_code), bounds: given(form.bounds) }
  const drawn = outline ? { outline, outline_crs: form.crs } : {}
  const external_codes = filled(form.external_codes)
  if (!old) return { add: { ...common, ...drawn, external_codes, kind: form.kind, organization_id: form.organization_id, valid_from: form.valid_from } as DivisionProposal['add'] }
  const fresh = { ...changed(old, { ...common, valid_to: given(form.valid_to) }), ...(inLine(external_codes) !== inLine(old.external_codes) && { external_codes }) }
  if (!outline && !Object.keys(fresh).length) return null
  return { grid_id: old.id, edit: { ...fresh, ...drawn, ...(outline && corrected(form, drawn_from)) } as DivisionProposal['edit'] }
}
