import { describe, expect, it } from 'vitest'
import type { CoverageLine } from '@/contract'
import { BANDS, daysOf, ENDS, isUnattended, toneOf, totalsOf } from '@/desk/logic/coverage'

const line = (given: Partial<CoverageLine>): CoverageLine => ({
  grid: { id: 'g', name: '文化社区网格' }, township_id: null, is_manned: true, is_over: false, objects: 4, long: 0, never: 0,
  seen_at: null, days: 3, days_since_visit: 1, next_due: null, whys: {}, long_whys: {}, ...given,
})

describe('the map of what was not seen', () => {
  it('is the darker the longer, and says so day by day', () => {
    const tones = [0, 15, 16, 30, 31, 60, 61, 400].map((days) => toneOf(line({ days }), 'place'))
    expect(tones).toEqual(['0', '0', '1', '1', '2', '2', '3', '3'])
    expect([ENDS[1], ENDS[2], ENDS[3].from]).toEqual([{ from: 16, to: 30 }, { from: 31, to: 60 }, BANDS[2]])
  })

  it('takes ground where nobody ever came for the darkest, and ground with nothing to look at for none', () => {
    expect(toneOf(line({ days_since_visit: null }), 'visit')).toBe('3')
    expect(toneOf(line({ objects: 0, days: null }), 'place')).toBe('none')
    expect(daysOf(line({ days: 9, days_since_visit: 2 }), 'visit')).toBe(2)
  })

  it('counts blind spots once each, and no ended grid as one without people', () => {
    const grids = [line({ whys: { no_plan: 2 }, long: 1, never: 1 }), line({ is_manned: false, objects: 0, days: null }), line({ is_over: true, is_manned: false, objects: 1, whys: { no_grid: 1 } })]
    expect(grids.map(isUnattended)).toEqual([false, true, false])
    const total = totalsOf({ as_of: '', grids, duties: [] })
    expect(total).toMatchObject({ grids: 2, objects: 5, long: 1, never: 1, unmanned: 1, empty: 1, whys: { no_plan: 2, no_grid: 1, nobody: 0 } })
  })
})
