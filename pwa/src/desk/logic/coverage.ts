import type { CoverageGround, CoverageLine, CoverageWhy } from '@/contract'

/** The last day of each band of the map but the last, which has no end. */
export const BANDS = [15, 30, 60] as const
export type Tone = '0' | '1' | '2' | '3' | 'none'
export type Measure = 'place' | 'visit'
/** Why an object waits, from the gravest on; the first four are blind spots. */
export const WHYS: readonly CoverageWhy[] = ['no_grid', 'nobody', 'no_plan', 'unconfirmed', 'put_off', 'planned', 'next_round', 'with_grid']
export const BLIND: readonly CoverageWhy[] = WHYS.slice(0, 4)

/** How dark ground is on the map: the longer not seen, the darker. */
export function toneOf(line: CoverageLine, measure: Measure): Tone {
  const days = daysOf(line, measure)
  if (!line.objects) return 'none'
  if (days === null) return '3'
  const band = BANDS.findIndex((last) => days <= last)
  return band < 0 ? '3' : (String(band) as Tone)
}

/** Null: nothing to look at, or nobody ever came. */
export const daysOf = (line: CoverageLine, measure: Measure): number | null => (measure === 'place' ? line.days : line.days_since_visit)

/** From which day to which each band reaches, as the legend says it. */
export const ENDS = {
  0: { from: 0, to: BANDS[0] },
  1: { from: BANDS[0] + 1, to: BANDS[1] },
  2: { from: BANDS[1] + 1, to: BANDS[2] },
  3: { from: BANDS[2], to: BANDS[2] },
} as const

export interface Totals {
  grids: number
  objects: number
  long: number
  never: number
  /** Grids where nobody is. */
  unmanned: number
  /** Grids without anything in the ledger. */
  empty: number
  whys: Partial<Record<CoverageWhy, number>>
}

/** Somebody should walk it and nobody does. */
export const isUnattended = (line: CoverageLine): boolean => !line.is_manned && !line.is_over

export function totalsOf({ grids }: CoverageGround): Totals {
  const sum = (of: (line: CoverageLine) => number): number => grids.reduce((total, line) => total + of(line), 0)
  const count = (is: (line: CoverageLine) => boolean): number => grids.filter(is).length
  return {
    grids: count((line) => !line.is_over),
    objects: sum((line) => line.objects),
    long: sum((line) => line.long),
    never: sum((line) => line.never),
    unmanned: count(isUnattended),
    empty: count((line) => !line.objects),
    whys: Object.fromEntries(WHYS.map((why) => [why, sum((line) => line.whys[why] ?? 0)])),
  }
}
