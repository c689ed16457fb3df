import type { Check, GridReadiness, Provision } from '@/contract'

/** The three lists of checks, as the documents count them: 五定, 四清, 十有. */
export const LISTS = {
  five: ['area', 'people', 'duties', 'tasks', 'rewards'],
  clear: ['clear_area', 'clear_people', 'clear_duties', 'clear_base'],
  ten: ['office', 'map', 'structure', 'file', 'ledger', 'regulations', 'gridworker', 'computer', 'kit', 'notice'],
} as const satisfies Record<string, readonly Check[]>
export type List = keyof typeof LISTS
export const NAMES = Object.keys(LISTS) as List[]

/** How many of a list a grid has. */
export const count = (row: GridReadiness, list: List): number => LISTS[list].filter((check) => row.met.includes(check)).length

/** What a grid lacks of all three, in their order. */
export const lacking = (row: GridReadiness): Check[] => NAMES.flatMap((list) => LISTS[list].filter((check) => !row.met.includes(check)))

/** What only somebody on the spot can say, and the ticks that say it; the kit part by part (S2-40). */
export const SEEN: Partial<Record<Check, readonly Provision[]>> = {
  rewards: ['rewards'],
  office: ['office'],
  regulations: ['regulations'],
  computer: ['computer'],
  kit: ['handbook', 'record_book', 'pen', 'torch', 'badge'],
  notice: ['notice'],
}

export const notedOf = (row: GridReadiness, what: Provision): GridReadiness['provisions'][number] | undefined => row.provisions.find((one) => one.what === what)

/** Whoever notes what grids have finds those first; else in the order of the list. */
export const ownFirst = (rows: readonly GridReadiness[]): GridReadiness[] => [...rows].sort((one, other) => Number(other.may_note) - Number(one.may_note))
