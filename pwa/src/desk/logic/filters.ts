import type { HazardFilters } from '@/contract'

export type Filters = Partial<HazardFilters>
export type Flag = (typeof FLAGS)[number]

/** The address line is the one home of a filter: reload, back, copy and saved views all read it. */
const LISTS = ['state', 'level', 'category', 'outcome'] as const
const TEXTS = [
  'queue', 'township_id', 'village_id', 'grid_id', 'department_id', 'enterprise_id',
  'received_from', 'received_to', 'text',
] as const
const FLAGS = ['is_open', 'is_overdue', 'is_very_late', 'is_major', 'is_listed', 'is_signed_for', 'is_extension_asked'] as const
const ORDERS = ['newest'] as const // urgency goes without saying
const FLAG_OF: Readonly<Record<string, boolean>> = { true: true, false: false }
/** Every queue of the contract: the compiler misses none. */
const QUEUES: Readonly<Record<NonNullable<HazardFilters['queue']>, true>> = {
  holder: true, department: true, dispatched: true, mine: true, verify: true, recheck: true,
}

type QueryValue = string | null | undefined | (string | null)[]
export type Query = Record<string, QueryValue>
export type FlatQuery = Record<string, string | string[]>
type Key = (typeof LISTS)[number] | (typeof TEXTS)[number] | (typeof FLAGS)[number]

/** One filter that holds now, for the row of chips; `value` is set for one entry of a list. */
export interface Chip {
  key: Key
  value: string
}

export function toQuery(filters: Filters): FlatQuery {
  const lists = LISTS.map((key) => [key, [...(filters[key] ?? [])].sort()] as const)
  const texts = TEXTS.map((key) => [key, filters[key] ?? ''] as const)
  const flags = FLAGS.map((key) => [key, filters[key] == null ? '' : String(filters[key])] as const)
  const order = ['order', filters.order === 'newest' ? 'newest' : ''] as const
  return Object.fromEntries([...lists, ...texts, ...flags, order].filter(([, value]) => value.length > 0))
}

export function fromQuery(query: Query): Filters {
  const lists = LISTS.map((key) => [key, all(query[key]).sort()] as const)
  const texts = TEXTS.map((key) => [key, first(query[key])] as const)
  const flags = FLAGS.map((key) => [key, FLAG_OF[first(query[key]) ?? '']] as const)
  const order = ['order', ORDERS.find((one) => one === first(query['order']))] as const
  const filters = Object.fromEntries([...lists, ...texts, ...flags, order].filter(([, value]) => isSaid(value))) as Filters
  if (filters.queue && !(filters.queue in QUEUES)) delete filters.queue
  return filters
}

const isSaid = (value: unknown): boolean => value !== undefined && (!Array.isArray(value) || value.length > 0)

export function isSameFilter(one: Filters, other: Filters): boolean {
  return canonical(one) === canonical(other)
}

/** What narrows the list beyond the queue itself; the queue is named by its heading. */
export function chips(filters: Filters): Chip[] {
  const query = toQuery(filters)
  const keys: readonly Key[] = [...LISTS, ...TEXTS, ...FLAGS]
  return keys
    .filter((key) => key !== 'queue' && key !== 'text')
    .flatMap((key) => all(query[key]).map((value) => ({ key, value })))
}

export function without(filters: Filters, chip: Chip): Filters {
  const query = toQuery(filters)
  const left = all(query[chip.key]).filter((value) => value !== chip.value)
  return fromQuery({ ...query, [chip.key]: left })
}

/** The query of "all cases": an empty address means "my first queue". */
export const queryOf = (filters: Filters): FlatQuery => {
  const query = toQuery(filters)
  return Object.keys(query).length ? query : { all: '1' }
}

/** Does a case leave this list by this step? A queue is left by a change of state or of hands. */
export function isLeftBy(filters: Filters, action: string, changesState: boolean): boolean {
  if (!filters.queue) return false
  if (action === 'sign_for') return filters.is_signed_for === false
  if (action === 'grant_extension' || action === 'refuse_extension') return filters.is_extension_asked === true
  return changesState || HANDS_OVER.has(action)
}
const HANDS_OVER = new Set(['escalate', 'send_down', 'refer'])

/** For the link of the Excel file, which takes the same names as the list. */
export function toSearch(filters: Filters): string {
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries(toQuery(filters))) {
    for (const one of all(value)) search.append(key, one)
  }
  const text = search.toString()
  return text ? `?${text}` : ''
}

function canonical(filters: Filters): string {
  return JSON.stringify(toQuery(filters))
}

function all(value: QueryValue): string[] {
  const list = Array.isArray(value) ? value : [value]
  return list.filter((one): one is string => typeof one === 'string' && one !== '')
}

function first(value: QueryValue): string | undefined {
  return all(value)[0]
}
