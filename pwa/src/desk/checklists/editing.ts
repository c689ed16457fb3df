import type { Checklist, ChecklistItem } from '@/contract'
import type { EditChecklist } from '@/desk/data/patrols'

export type EditedItem = ChecklistItem

export const blankItem = (n: number): EditedItem => ({
  code: `Q-${String(n).padStart(2, '0')}`,
  question: '',
  how_to: '',
  picture: null,
  kind: 'hazard',
  category_code: null,
  applies_to: { kinds: [], is_key: null },
})

/** The newest version as a form; what the county changes goes out as a whole. */
export function editOf({ name, applies_to, is_active, newest }: Checklist): EditChecklist {
  return { name, applies_to, is_active, items: newest.items.map((item) => ({ ...item })), change: '', based_on: newest.number }
}

/** One place up (-1) or down (1). */
export function moved<T>(all: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...all]
  const [one] = next.splice(at, 1)
  if (one !== undefined) next.splice(at + by, 0, one)
  return next
}
