import type { GridNotice, WorkCards } from '@/contract'

/** The papers of a grid, in the order they are offered. */
export const PAPERS = ['notice', 'network', 'cards', 'work'] as const
export type Paper = (typeof PAPERS)[number]
export const paperOf = (word: unknown): Paper | undefined => PAPERS.find((one) => one === word)

/** What a board lacks that somebody could still fill in before it hangs on a wall. */
export type Lack = 'no_phone' | 'no_complaint' | 'no_map' | 'no_bounds'
export function lacksOf(notice: GridNotice): Lack[] {
  const lacks: [Lack, boolean][] = [
    ['no_phone', notice.lines.some((line) => line.name !== null && line.phone === null)],
    ['no_complaint', notice.complaint_phone === null],
    ['no_map', notice.drawing === null],
    ['no_bounds', notice.bounds === null],
  ]
  return lacks.filter(([, is]) => is).map(([lack]) => lack)
}

/** What is to be known before work cards go to the printer; none of it is printed. */
export type CardHint = 'no_code' | 'unqualified' | 'is_cut'
export function hintsOf(cards: WorkCards): CardHint[] {
  const hints: [CardHint, boolean][] = [
    ['no_code', !cards.is_public],
    ['unqualified', cards.unqualified.length > 0],
    ['is_cut', cards.is_cut],
  ]
  return hints.filter(([, is]) => is).map(([hint]) => hint)
}

const KM2 = 1_000_000
const ROUGH = 10

/** 0.42, 3.7, 38: as exact as an outline drawn by hand. */
export function squareKilometres(metres: number): number {
  const km = metres / KM2
  const digits = km >= ROUGH ? 0 : km >= 1 ? 1 : 2
  return Number(km.toFixed(digits))
}

const FIFTH = 5
const STEPS = [5, 2, 1]

/** A round length of about a fifth of the map, in metres, for its scale. */
export function scaleOf(metres: number): number {
  const most = metres / FIFTH
  const power = 10 ** Math.floor(Math.log10(most))
  return (STEPS.find((step) => step * power <= most) ?? 1) * power
}
