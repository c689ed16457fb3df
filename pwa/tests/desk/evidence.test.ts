import { describe, expect, it } from 'vitest'
import type { PhotoView } from '@/contract'
import { hintsOf, isLate, metersBetween, pairOf, rejectingEvents, roundsOf } from '@/desk/logic/evidence'

const photo = (id: string, role: 'before' | 'after', round: number, more: Partial<PhotoView> = {}): PhotoView =>
  ({ id, role, round, source: 'camera', taken_at: '2026-11-20T02:00:00Z', lat: 34.56, lon: 117.73, accuracy_m: 10,
    exif_taken_at: null, exif_lat: null, exif_lon: null, ...more }) as PhotoView
const NONE = new Set<string>()
const PLACE = { lat: 34.56, lon: 117.73 }

describe('which photos face each other', () => {
  const photos = [photo('a', 'before', 1), photo('b', 'before', 1), photo('c', 'after', 1), photo('d', 'after', 1), photo('e', 'after', 2)]

  it('the first finding against the last result of the round', () => {
    const pair = pairOf(photos, 1, NONE)
    expect([pair.before?.id, pair.after?.id]).toEqual(['a', 'd'])
    expect(pair.all).toHaveLength(4)
  })

  it('what the gridworker saw when rejecting opens round two, it is not its result', () => {
    const rejecting = rejectingEvents([{ id: 'e1', kind: 'hazard.finished' }, { id: 'e2', kind: 'hazard.rejected' }])
    const round2 = [photo('bad', 'after', 2, { event_id: 'e2' })]
    expect(pairOf([...photos.slice(0, 4), ...round2], 2, rejecting)).toMatchObject({ before: { id: 'bad' }, after: null })
    const done = [...round2, photo('good', 'after', 2, { event_id: 'e3' })]
    expect(pairOf(done, 2, rejecting)).toMatchObject({ before: { id: 'bad' }, after: { id: 'good' } })
  })

  it('without that photo the last one of the round before is the "before"', () => {
    const pair = pairOf(photos, 2, NONE)
    expect([pair.before?.id, pair.after?.id]).toEqual(['d', 'e'])
  })

  it('a round without photos yet still has its place in the choice', () => {
    expect(roundsOf(photos.slice(0, 3), 2)).toEqual([1, 2])
    expect(pairOf(photos.slice(0, 3), 2, NONE).after).toBeNull()
  })
})

describe('what deserves a second look', () => {
  it('a camera photo on the spot deserves none', () => {
    expect(hintsOf(photo('a', 'before', 1), PLACE)).toEqual([])
  })

  it('album, another hour, another place are named', () => {
    const odd = photo('a', 'before', 1, { source: 'album', exif_taken_at: '2026-11-18T02:00:00Z', exif_lat: 34.6, exif_lon: 117.73 })
    expect(hintsOf(odd, PLACE).map((hint) => hint.key)).toEqual(['desk.hint.album', 'desk.hint.exif_time', 'desk.hint.exif_place'])
  })

  it('a phone that did not know where it was is not accused', () => {
    expect(hintsOf(photo('a', 'before', 1, { lat: 34.565, accuracy_m: 800 }), PLACE)).toEqual([])
    expect(hintsOf(photo('a', 'before', 1, { lat: 34.565, accuracy_m: 10 }), PLACE)).toMatchObject([{ key: 'desk.hint.far' }])
    expect(hintsOf(photo('a', 'before', 1, { lat: null, lon: null }), PLACE)).toEqual([])
  })

  it('measures metres', () => {
    expect(metersBetween({ lat: 34, lon: 117 }, { lat: 34.001, lon: 117 })).toBe(111)
    expect(metersBetween({ lat: null, lon: 117 }, PLACE)).toBeNull()
  })
})

it('device time is shown only when it came in late', () => {
  expect(isLate({ at: '2026-11-20T02:04:00Z', occurred_at: '2026-11-20T02:00:00Z' })).toBe(false)
  expect(isLate({ at: '2026-11-20T03:00:00Z', occurred_at: '2026-11-20T02:00:00Z' })).toBe(true)
  expect(isLate({ at: '2026-11-20T03:00:00Z', occurred_at: null })).toBe(false)
})
