import type { LedgerField } from '@/contract'
import type { DefineField } from '@/desk/data/ledger'

/** What a column can hold; a column keeps its kind for ever. */
export const FIELD_KINDS: readonly LedgerField['kind'][] = ['text', 'number', 'date', 'choice', 'yes_no']

/** As typed: the choices stand one on a line. */
export interface OwnFieldForm {
  key: string
  name: string
  kind: LedgerField['kind']
  options: string
}

export const inOrder = (fields: readonly LedgerField[]): LedgerField[] =>
  [...fields].sort((one, other) => one.position - other.position || one.key.localeCompare(other.key))

/** Drawn, so that two people who add at the same time do not rename each other's. */
export const newKey = (): string => `own_${crypto.randomUUID().slice(0, 8)}`

export const formOf = (field?: LedgerField): OwnFieldForm =>
  field ? { key: field.key, name: field.name, kind: field.kind, options: field.options.join('\n') } : { key: newKey(), name: '', kind: 'text', options: '' }

/** A new one stands last; one that is there keeps its place and stays on or off. */
export function bodyOf(form: OwnFieldForm, fields: readonly LedgerField[]): DefineField {
  const there = fields.find((one) => one.key === form.key)
  const lines = form.options.split('\n').map((line) => line.trim()).filter(Boolean)
  return {
    name: form.name.trim(),
    kind: form.kind,
    options: form.kind === 'choice' ? [...new Set(lines)] : [],
    position: there?.position ?? Math.max(-1, ...fields.map((one) => one.position)) + 1,
    is_active: there?.is_active ?? true,
  }
}

/** After one has gone up (-1) or down (1): only those that stand elsewhere now. */
export function moved(fields: readonly LedgerField[], key: string, by: -1 | 1): LedgerField[] {
  const row = inOrder(fields)
  const from = row.findIndex((one) => one.key === key)
  const [one, other] = [row[from], row[from + by]]
  if (!one || !other) return []
  row[from] = other
  row[from + by] = one
  return row.map((field, position) => ({ ...field, position })).filter((field) => fields.find(({ key }) => key === field.key)?.position !== field.position)
}
