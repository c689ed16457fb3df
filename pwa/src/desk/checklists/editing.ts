import type { Checklist, ChecklistItem } from '@/contract'
import type { EditChecklist } from '@/desk/data/patrols'

export type EditedItem = ChecklistItem

const LAST = 99

/** A further question, under the first code that no other one has. */
export const blankItem = (others: readonly EditedItem[]): EditedItem => ({
  code: freeCode(new Set(others.map((item) => item.code))),
  question: '',
  how_to: '',
  picture: null,
  kind: 'hazard',
  category_code: null,
  applies_to: { kinds: [], is_key: null },
})

function freeCode(taken: ReadonlySet<string>): string {
  const codes = Array.from({ length: LAST }, (_, n) => `Q-${String(n + 1).padStart(2, '0')}`)
  return codes.find((code) => !taken.has(code)) ?? ''
}

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
