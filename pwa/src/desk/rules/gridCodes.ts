import type { GridCodeRule } from '@/contract'
import type { EditGridCodes } from '@/desk/data/gridCodes'

export type Prefix = NonNullable<EditGridCodes['prefix_digits']>
export const PREFIXES: readonly Prefix[] = [12, 9, 6]
export const DIGITS = [2, 3, 4, 5] as const

/** The rule as it is being written: numbers and names as text. */
export interface CodeForm {
  way: 'own' | 'above'
  lead: string
  prefix: Prefix
  digits: number
  starts_at: string
  exclusive_follows: boolean
  letter: string
  systems: string
}
/** What is known of the structures in use; digits that a standard leaves to the county stay. */
export const PROPOSALS: Record<'village' | 'community' | 'xian', Partial<CodeForm>> = {
  village: { lead: '', prefix: 12, digits: 3 },
  community: { prefix: 12, digits: 2 },
  xian: { lead: '', prefix: 12, exclusive_follows: false },
}

export const formOf = (rule: GridCodeRule): CodeForm => ({
  way: rule.is_checked ? 'own' : 'above',
  lead: rule.lead,
  prefix: rule.prefix_digits as Prefix,
  digits: rule.sequence_digits,
  starts_at: String(rule.starts_at),
  exclusive_follows: rule.exclusive_follows,
  letter: rule.exclusive_letter,
  systems: rule.external_systems.join('\n'),
})

export const bodyOf = (form: CodeForm): EditGridCodes => ({
  is_checked: form.way === 'own',
  lead: form.lead.trim(),
  prefix_digits: form.prefix,
  sequence_digits: form.digits,
  starts_at: Number(form.starts_at) || 0,
  exclusive_follows: form.exclusive_follows,
  exclusive_letter: form.exclusive_follows ? form.letter.trim().toUpperCase() : '',
  external_systems: form.systems.split('\n').map((line) => line.trim()).filter(Boolean),
})
