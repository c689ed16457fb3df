import { afterEach, describe, expect, it, vi } from 'vitest'
import { distanceM, isBetter, watchPlace } from '@/core/place'

type Tell = (position: unknown) => void
let tell: Tell = () => undefined
let fail: (error: unknown) => void = () => undefined
let cleared = 0

function phoneWithGps(): void {
  vi.stubGlobal('navigator', {
    geolocation: {
      watchPosition: (ok: Tell, bad: (error: unknown) => void) => ((tell = ok), (fail = bad), 1),
      clearWatch: () => (cleared += 1),
    },
  })
}
const fix = (accuracy: number, timestamp = 1) => ({ coords: { latitude: 34.5, longitude: 117.7, accuracy }, timestamp })

afterEach(() => {
  vi.unstubAllGlobals()
  vi.useRealTimers()
  cleared = 0
})

describe('place', () => {
  it('keeps the best fix and settles when it is good enough', async () => {
    phoneWithGps()
    const seen: number[] = []
    const watch = watchPlace({ onFix: (best) => seen.push(best.accuracyM) })
    for (const accuracy of [800, 60, 90, 15]) tell(fix(accuracy))
    expect(await watch.settled).toMatchObject({ accuracyM: 15, lat: 34.5 })
    expect(seen).toEqual([800, 60, 15])
    watch.stop()
    expect(cleared).toBe(1)
  })

  it('settles with what it has after eight seconds, and with null when it has nothing', async () => {
    vi.useFakeTimers()
    phoneWithGps()
    const some = watchPlace()
    tell(fix(300))
    vi.advanceTimersByTime(8_000)
    expect(await some.settled).toMatchObject({ accuracyM: 300 })
    const none = watchPlace()
    fail({ code: 3, PERMISSION_DENIED: 1 })
    expect(none.problem()).toBe('none')
    vi.advanceTimersByTime(8_000)
    expect(await none.settled).toBeNull()
  })

  it('does not wait when it may not look, or cannot', async () => {
    phoneWithGps()
    const denied = watchPlace()
    fail({ code: 1, PERMISSION_DENIED: 1 })
    expect(await denied.settled).toBeNull()
    expect(denied.problem()).toBe('denied')
    vi.stubGlobal('navigator', {})
    expect(await watchPlace().settled).toBeNull()
  })

  it('lets an old fix go after a minute', () => {
    const old = { lat: 1, lon: 1, accuracyM: 10, at: 0 }
    expect(isBetter({ ...old, accuracyM: 50, at: 30_000 }, old)).toBe(false)
    expect(isBetter({ ...old, accuracyM: 50, at: 61_000 }, old)).toBe(true)
  })

  it('measures metres', () => {
    expect(Math.round(distanceM({ lat: 34.5, lon: 117.7 }, { lat: 34.501, lon: 117.7 }))).toBe(111)
  })
})
