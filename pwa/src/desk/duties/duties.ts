import type { AskedOfDuty, ObjectKind, Obligation } from '@/contract'
import type { DecideObligation } from '@/desk/data/duties'
import { KINDS } from '@/desk/data/ledger'
import type { t as say } from '@/words'

/** Who can be asked to look: by post, or by a place on a grid (app/services/patrols/subjects.py). */
type Who = Pick<AskedOfDuty, 'role' | 'slot'>
type Scope = AskedOfDuty['scope']
export const WHO: readonly (Who & { scopes: readonly Scope[] })[] = [
  { role: 'gridworker', slot: null, scopes: ['object', 'grid', 'person'] },
  { role: 'grid_chief', slot: null, scopes: ['object', 'grid', 'person'] },
  { role: 'safety_officer', slot: null, scopes: ['object', 'person'] },
  { role: 'safety_officer', slot: 'safety_responsible', scopes: ['object'] },
  { role: 'safety_officer', slot: 'direct_responsible', scopes: ['object'] },
  { role: 'safety_officer', slot: 'grid_admin', scopes: ['object'] },
  { role: 'leader', slot: 'linked_leader', scopes: ['object', 'person'] },
]
export const PERIODS: readonly AskedOfDuty['period'][] = ['day', 'week', 'days_15', 'half_month', 'month', 'quarter', 'year']
export const LOOKS = ['patrol', 'inspection', 'visit'] as const
export const whoOf = ({ role, slot }: Who): string => `${role ?? ''} ${slot ?? ''}`
export const isSame = (one: Who, other: Who): boolean => whoOf(one) === whoOf(other)

/** What counts for what comes next: as it was decided, else as it stands. */
export const decided = ({ now, then }: Obligation): AskedOfDuty => then ?? now

export interface Naming {
  t: typeof say
  roleName(role: string): string
  seats: Readonly<Record<string, string>>
  lists: Readonly<Record<string, string>>
}

export function whoSaid({ role, slot }: Who, { t, roleName, seats }: Naming): string {
  if (slot) return t('desk.duty.seat', { role: seats[slot] ?? t(`slot.${slot}`) })
  return role ? roleName(role) : t('desk.duty.by_body')
}

export function whatSaid({ scope, kinds, only_key }: AskedOfDuty, { t }: Naming): string {
  if (scope === 'grid') return t('desk.duty.whole_grid')
  if (scope === 'person') return t('desk.duty.in_person')
  if (scope !== 'object') return t(scope === 'county' ? 'desk.duty.of_county' : 'desk.duty.of_organization')
  const named = kinds.map((kind) => t(`object.${kind}`)).join(t('desk.duty.or')) || t('desk.duty.all_kinds')
  return t(only_key ? 'desk.duty.each_key' : 'desk.duty.each', { kinds: named })
}

export const oftenSaid = ({ period, min_count }: Pick<AskedOfDuty, 'period' | 'min_count'>, { t }: Naming): string =>
  t('desk.duty.rhythm', { period: t(`desk.duty.period.${period}`), n: min_count })

/** In one line what a duty will be: what of it is different is easier seen beside the rest. */
export const lineSaid = (asked: AskedOfDuty, naming: Naming): string =>
  [whoSaid(asked, naming), whatSaid(asked, naming), oftenSaid(asked, naming), ...(asked.checklist_key ? [naming.lists[asked.checklist_key] ?? asked.checklist_key] : [])].join(' · ')

export type DutyForm = Required<Omit<DecideObligation, 'starts_on' | 'role' | 'slot' | 'checklist_key'>> & Who & { checklist_key: string; starts_on: string }

export const blankDuty = (today: string): DutyForm => ({
  name: '', basis: '', role: 'gridworker', slot: null, duty: 'patrol', min_count: 1, period: 'month', scope: 'object', kinds: [], only_key: false, checklist_key: '', starts_on: today, is_active: true,
})
export const formOf = (one: Obligation): DutyForm => {
  const asked = decided(one)
  return { ...asked, name: one.name, basis: one.basis, kinds: [...asked.kinds], checklist_key: asked.checklist_key ?? '', starts_on: '' }
}
/** What is counted by something else has no kinds to choose from. */
export function bodyOf(form: DutyForm): DecideObligation {
  const isOfObjects = form.scope === 'object'
  const kinds: ObjectKind[] = isOfObjects ? KINDS.filter((kind) => form.kinds.includes(kind)) : []
  return { ...form, kinds, only_key: isOfObjects && form.only_key, checklist_key: form.checklist_key || null, starts_on: form.starts_on || null }
}
/** A key of the county's own: pressed twice, it is one duty. */
export const newKey = (): string => `own-${Date.now().toString(36)}`
