import type { HazardRow } from '@/contract'

type Row = Pick<HazardRow, 'id' | 'state_since'>

/**
 * How many rows of a fresh first page are news to somebody who looks at `shown`. When the list goes
 * on behind the page, older rows slide up as others leave; only what moved later than all shown counts.
 */
export function newIn(page: readonly Row[], shown: readonly Row[], hasMore: boolean): number {
  const known = new Set(shown.map((row) => row.id))
  const latest = shown.reduce((most, row) => (row.state_since > most ? row.state_since : most), '')
  return page.filter((row) => !known.has(row.id) && (!hasMore || row.state_since > latest)).length
}
