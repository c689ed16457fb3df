import { distanceM } from '@/core/place'
import type { Fix } from '@/core/types'
import type { useWords } from '@/use/useWords'

interface Spot {
  lat: number | null
  lon: number | null
}

/** Null where phone or place is not known. */
export function metresTo(spot: Spot | null, from: Pick<Fix, 'lat' | 'lon'> | null): number | null {
  return from && spot && spot.lat !== null && spot.lon !== null ? distanceM(from, { lat: spot.lat, lon: spot.lon }) : null
}

/** Rounded: a phone does not know its place to the metre. */
export const roughly = (metres: number): number => Math.max(10, Math.round(metres / 10) * 10)

/** 「约 640 米」「约 1.3 公里」; empty if nobody knows. */
export function farWords(t: ReturnType<typeof useWords>['t'], metres: number | null): string {
  if (metres === null) return ''
  return metres < 1000 ? t('field.patrol.far', { n: roughly(metres) }) : t('field.patrol.far_km', { n: (metres / 1000).toFixed(1) })
}
