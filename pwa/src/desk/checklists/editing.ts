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

export const OWN = 'own'

/** Which picture a question has: a drawn pair by name, the county's own, or null. */
export const pictureOf = ({ picture, photo_right, photo_wrong, photo_caption }: EditedItem): string | null =>
  photo_right || photo_wrong || typeof photo_caption === 'string' ? OWN : picture

/** The one or the other: a drawn pair takes the place of own pictures, and they of it. */
export const pictured = (choice: string | null): Pick<EditedItem, 'picture' | 'photo_right' | 'photo_wrong' | 'photo_caption'> =>
  ({ picture: choice === OWN ? null : choice, photo_right: null, photo_wrong: null, photo_caption: choice === OWN ? '' : null })

/** As it goes out: own pictures that were wanted and never chosen are none. */
export function finishedItems(items: readonly EditedItem[]): EditedItem[] {
  return items.map((item) => ({ ...item, photo_caption: item.photo_caption?.trim() || null }))
}

export const pictureUrl = (sha256?: string | null): string | null => (sha256 ? `/api/checklists/pictures/${sha256}` : null)

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
