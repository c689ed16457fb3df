import type { Check, GridReadiness } from '@/contract'

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
