import type { PhotoView } from '@/contract'

/** Which photos face each other in a round, and what about a photo deserves a second look. */
export interface Pair {
  before: PhotoView | null
  after: PhotoView | null
  all: PhotoView[]
}

export function roundsOf(photos: readonly PhotoView[], present: number): number[] {
  return [...new Set([...photos.map((photo) => photo.round), present])].sort((one, other) => one - other)
}

/**
 * From the second round on, the "before" is what the gridworker saw when rejecting. Its photo has the
 * role "after" and the new round; `rejecting` names the events that it may belong to.
 */
export function pairOf(photos: readonly PhotoView[], round: number, rejecting: ReadonlySet<string>): Pair {
  const all = photos.filter((photo) => photo.round === round)
  const isFinding = (photo: PhotoView): boolean => photo.role === 'before' || rejecting.has(photo.event_id)
  const earlier = photos.filter((photo) => photo.round < round)
  const before = all.find(isFinding) ?? earlier.at(-1) ?? null
  const after = last(all, (photo) => photo.role === 'after' && !isFinding(photo))
  return { before, after, all }
}

export function rejectingEvents(events: readonly { id: string; kind: string }[]): Set<string> {
  return new Set(events.filter((event) => event.kind === 'hazard.rejected').map((event) => event.id))
}

function last<T>(list: readonly T[], is: (one: T) => boolean): T | null {
  return list.filter(is).at(-1) ?? null
}

export type Hint =
  | { key: 'desk.hint.album' }
  | { key: 'desk.hint.exif_time'; at: string }
  | { key: 'desk.hint.exif_place'; meters: number }
  | { key: 'desk.hint.far'; meters: number }

const HOUR_MS = 3_600_000
const FAR_M = 200

/** Only hints: a person decides. EXIF is never taken for a position or a time. */
export function hintsOf(photo: PhotoView, place: { lat: number | null; lon: number | null }): Hint[] {
  const fromExif = farFrom(place, { lat: photo.exif_lat, lon: photo.exif_lon })
  const fromPhone = farFrom(place, photo, photo.accuracy_m ?? 0)
  const hints: (Hint | false)[] = [
    photo.source === 'album' && { key: 'desk.hint.album' },
    hasOtherTime(photo) && { key: 'desk.hint.exif_time', at: photo.exif_taken_at ?? '' },
    fromExif > 0 && { key: 'desk.hint.exif_place', meters: fromExif },
    fromPhone > 0 && { key: 'desk.hint.far', meters: fromPhone },
  ]
  return hints.filter((hint): hint is Hint => hint !== false)
}

/** Metres, if it is more than 200 m beyond what the phone itself doubts; else 0. */
function farFrom(place: Spot, other: Spot, doubt = 0): number {
  const meters = metersBetween(place, other) ?? 0
  return meters > FAR_M + doubt ? meters : 0
}

function hasOtherTime({ exif_taken_at, taken_at }: PhotoView): boolean {
  return exif_taken_at !== null && Math.abs(Date.parse(exif_taken_at) - Date.parse(taken_at)) > HOUR_MS
}

interface Spot {
  lat: number | null
  lon: number | null
}

const EARTH_M = 6_371_000
const RAD = Math.PI / 180

/** Metres on the ground, or null if either place is unknown. */
export function metersBetween(one: Spot, other: Spot): number | null {
  if (one.lat === null || one.lon === null || other.lat === null || other.lon === null) return null
  const x = (other.lon - one.lon) * RAD * Math.cos(((one.lat + other.lat) / 2) * RAD)
  const y = (other.lat - one.lat) * RAD
  return Math.round(Math.hypot(x, y) * EARTH_M)
}

const SAME_MOMENT_MS = 5 * 60_000

/** The device's time is worth showing only where it differs from the server's by more than minutes. */
export function isLate(event: { at: string; occurred_at: string | null }): boolean {
  return event.occurred_at !== null && Math.abs(Date.parse(event.at) - Date.parse(event.occurred_at)) > SAME_MOMENT_MS
}
