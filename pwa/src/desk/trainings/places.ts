import type { Work } from '@/contract'

/** Where somebody works, in a few words: the grid where there is one, else the body; each once. */
export const placeOf = (works: readonly Work[]): string => [...new Set(works.map((work) => work.grid?.name ?? work.organization.short_name))].join('、')
