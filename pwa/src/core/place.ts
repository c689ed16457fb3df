/** Where the phone is. `watchPosition` keeping the best fix; never blocks a report. */
import type { Fix } from '@/core/types'

export type PlaceProblem = 'denied' | 'none'

export interface PlaceWatch {
  /** The best fix so far; keeps improving until `stop`. */
  best(): Fix | null
  problem(): PlaceProblem | null
  /** Settles with the best fix after `maxWaitMs`, or sooner when it is good; null without any. */
  settled: Promise<Fix | null>
  stop(): void
}

export interface PlaceOptions {
  maxWaitMs?: number
  /** Metres: a fix as good as this ends the wait. */
  goodEnoughM?: number
  onFix?(fix: Fix): void
}

const KEEP_FOR_MS = 60_000

/** Start when 拍隐患 opens; stop when it closes. */
export function watchPlace(options: PlaceOptions = {}): PlaceWatch {
  const { maxWaitMs = 8_000, goodEnoughM = 20, onFix } = options
  let best: Fix | null = null
  let problem: PlaceProblem | null = null
  let settle: (fix: Fix | null) => void = () => undefined
  const settled = new Promise<Fix | null>((resolve) => (settle = resolve))
  const geolocation = typeof navigator === 'undefined' ? undefined : navigator.geolocation
  const timer = setTimeout(() => settle(best), maxWaitMs)

  const watch = geolocation?.watchPosition(
    (position) => {
      const fix = fixOf(position)
      if (!isBetter(fix, best)) return
      best = fix
      onFix?.(fix)
      if (fix.accuracyM <= goodEnoughM) settle(fix)
    },
    (error) => {
      problem = error.code === error.PERMISSION_DENIED ? 'denied' : 'none'
      if (problem === 'denied') settle(best)
    },
    { enableHighAccuracy: true, maximumAge: 10_000, timeout: 30_000 },
  )
  if (watch === undefined) {
    problem = 'none'
    settle(null)
  }
  return {
    best: () => best,
    problem: () => problem,
    settled,
    stop() {
      clearTimeout(timer)
      settle(best)
      if (watch !== undefined) geolocation?.clearWatch(watch)
    },
  }
}

/** Closer wins; an old fix loses to any newer one after a minute, for people walk. */
export function isBetter(fix: Fix, best: Fix | null): boolean {
  if (!best) return true
  return fix.accuracyM <= best.accuracyM || fix.at - best.at > KEEP_FOR_MS
}

function fixOf(position: GeolocationPosition): Fix {
  const { latitude, longitude, accuracy } = position.coords
  return { lat: latitude, lon: longitude, accuracyM: Math.round(accuracy), at: position.timestamp }
}

/** Metres between two points on a sphere; good to half a percent. */
export function distanceM(a: { lat: number; lon: number }, b: { lat: number; lon: number }): number {
  const rad = Math.PI / 180
  const dLat = (b.lat - a.lat) * rad
  const dLon = (b.lon - a.lon) * rad
  const h = Math.sin(dLat / 2) ** 2 + Math.cos(a.lat * rad) * Math.cos(b.lat * rad) * Math.sin(dLon / 2) ** 2
  return 2 * 6_371_000 * Math.asin(Math.sqrt(h))
}
