import type { Checklist, ChecklistItem } from '@/contract'
import type { EditChecklist } from '@/desk/data/patrols'
import type { t as say } from '@/words'

export type EditedItem = ChecklistItem

export type MeantRule = EditedItem['applies_to']

const LAST = 99

/** A further question, under the first code that no other one has. */
export const blankItem = (others: readonly EditedItem[]): EditedItem => ({
  code: freeCode(new Set(others.map((item) => item.code))),
  question: '',
  how_to: '',
  picture: null,
  photo_right: null,
  photo_wrong: null,
  photo_caption: null,
  kind: 'hazard',
  category_code: null,
  applies_to: { kinds: [], divisions: [], is_small: null, is_key: null },
})

function freeCode(taken: ReadonlySet<string>): string {
  const codes = Array.from({ length: LAST }, (_, n) => `Q-${String(n + 1).padStart(2, '0')}`)
  return codes.find((code) => !taken.has(code)) ?? ''
}

/** The newest version as a form; what the county changes goes out as a whole. */
export function editOf({ name, applies_to, is_active, newest }: Checklist): EditChecklist {
  return { name, applies_to, is_active, items: newest.items.map((item) => ({ ...item })), change: '', based_on: newest.number }
}

/** In one line whom a question is asked. */
export function meantFor({ kinds = [], divisions = [], is_small, is_key }: MeantRule, titles: Readonly<Record<string, string>>, t: typeof say): string {
  const named = [
    kinds.map((kind) => t(`object.${kind}`)).join(t('desk.checklist.meant.or')),
    divisions.map((code) => titles[code] ?? code).join(t('desk.checklist.meant.or')),
    typeof is_small === 'boolean' ? t(is_small ? 'desk.checklist.meant.small' : 'desk.checklist.meant.large') : '',
    typeof is_key === 'boolean' ? t(is_key ? 'desk.checklist.meant.key_only' : 'desk.checklist.meant.no_key') : '',
  ]
  return named.filter(Boolean).join(t('desk.checklist.meant.and')) || t('desk.checklist.meant.all')
}

/** One place up (-1) or down (1). */
export function moved<T>(all: readonly T[], at: number, by: -1 | 1): T[] {
  const next = [...all]
  const [one] = next.splice(at, 1)
  if (one !== undefined) next.splice(at + by, 0, one)
  return next
}
