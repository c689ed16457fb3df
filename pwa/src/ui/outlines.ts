/** An outline while it is drawn: corners in degrees, longitude first, rings left open. */
export type Corner = readonly [lon: number, lat: number]
export type Ring = readonly Corner[]
/** Parts, each an outer ring and its holes. */
export type Ground = readonly (readonly Ring[])[]
export interface Spot {
  part: number
  ring: number
  corner: number
}
export type Geometry = Record<string, unknown>

const FEWEST = 3
/** Degrees to seven places are a centimetre. */
const PLACES = 7
const rounded = (n: number): number => Number(n.toFixed(PLACES))
export const exact = ([lon, lat]: Corner): Corner => [rounded(lon), rounded(lat)]

export function groundOf(geometry: Geometry | null | undefined): Ground {
  const parts = (geometry?.['type'] === 'Polygon' ? [geometry['coordinates']] : geometry?.['coordinates']) as number[][][][] | undefined
  return (parts ?? []).map((rings) => rings.map((ring) => ring.slice(0, -1).map((at): Corner => [at[0] ?? 0, at[1] ?? 0])))
}

/** Every line of it, outer ones and those of holes. */
export const ringsOf = (geometry: Geometry): Ring[] => groundOf(geometry).flat()

/** GeoJSON, or null while there is nothing with an area yet. */
export function geometryOf(ground: Ground): Geometry | null {
  const parts = ground.filter(([outer]) => outer && outer.length >= FEWEST)
  if (!parts.length) return null
  const closed = parts.map((rings) => rings.filter((ring) => ring.length >= FEWEST).map((ring) => [...ring, ring[0]]))
  return parts.length === 1 ? { type: 'Polygon', coordinates: closed[0] } : { type: 'MultiPolygon', coordinates: closed }
}

export const ringAt = (ground: Ground, at: Spot): Ring => ground[at.part]?.[at.ring] ?? []
export const cornerAt = (ground: Ground, at: Spot): Corner | undefined => ringAt(ground, at)[at.corner]

export function moved(ground: Ground, at: Spot, to: Corner): Ground {
  return changed(ground, at, (ring) => ring.map((corner, n) => (n === at.corner ? exact(to) : corner)))
}
/** The new corner stands where `at` points; what stood there comes after it. */
export function added(ground: Ground, at: Spot, ...corners: readonly Corner[]): Ground {
  const whole: Ground = ground.length ? ground : [[[]]]
  return changed(whole, at, (ring) => [...ring.slice(0, at.corner), ...corners.map(exact), ...ring.slice(at.corner)])
}
/** A ring of three that loses one is gone as a whole, unless it is all there is. */
export function taken(ground: Ground, at: Spot): Ground {
  const ring = ringAt(ground, at)
  const isAll = ground.length === 1 && at.ring === 0
  if (ring.length > FEWEST || isAll) return changed(ground, at, (corners) => corners.filter((_, n) => n !== at.corner))
  if (at.ring > 0) return ground.map((rings, n) => (n === at.part ? rings.filter((_, r) => r !== at.ring) : rings))
  return ground.filter((_, n) => n !== at.part)
}
function changed(ground: Ground, at: Spot, change: (ring: Ring) => Ring): Ground {
  return ground.map((rings, part) => (part === at.part ? rings.map((ring, n) => (n === at.ring ? change(ring) : ring)) : rings))
}

/** Every corner in the order of drawing: for going from one to the next. */
export function spotsOf(ground: Ground): Spot[] {
  return ground.flatMap((rings, part) => rings.flatMap((corners, ring) => corners.map((_, corner) => ({ part, ring, corner }))))
}
const keyOf = (spot: Spot | null): string => (spot ? `${spot.part} ${spot.ring} ${spot.corner}` : '')
export const isSame = (one: Spot | null, other: Spot | null): boolean => keyOf(one) === keyOf(other)

const halfway = (a: Corner, b: Corner): Corner => [(a[0] + b[0]) / 2, (a[1] + b[1]) / 2]
/** In the middle of each side, with where a corner put there would stand. */
export function middlesOf(ground: Ground): { at: Spot; corner: Corner }[] {
  return spotsOf(ground).flatMap((spot) => {
    const ring = ringAt(ground, spot)
    const [here, next] = [ring[spot.corner], ring[(spot.corner + 1) % ring.length]]
    return here && next && ring.length > 1 ? [{ at: { ...spot, corner: spot.corner + 1 }, corner: halfway(here, next) }] : []
  })
}

type Side = readonly [Corner, Corner]
const sidesOf = (ring: Ring): Side[] =>
  ring.length < FEWEST ? [] : ring.map((corner, n): Side => [corner, ring[(n + 1) % ring.length] ?? corner])

/** Where sides cross, at once and without the server, which has the last word. */
export function crossingsOf(ground: Ground): Corner[] {
  const sides = ground.flatMap((rings) => rings.flatMap(sidesOf))
  const west = ([a, b]: Side): number => Math.min(a[0], b[0])
  const east = ([a, b]: Side): number => Math.max(a[0], b[0])
  const sorted = [...sides].sort((one, other) => west(one) - west(other))
  return sorted.flatMap((side, n) => {
    const found: Corner[] = []
    for (let m = n + 1; m < sorted.length; m += 1) {
      const other = sorted[m]
      if (!other || west(other) > east(side)) break
      const spot = meeting(side, other)
      if (spot) found.push(spot)
    }
    return found
  })
}
/** The point strictly within both sides, or null. */
function meeting([a, b]: Side, [c, d]: Side): Corner | null {
  const [rx, ry, sx, sy] = [b[0] - a[0], b[1] - a[1], d[0] - c[0], d[1] - c[1]]
  const cross = rx * sy - ry * sx
  if (cross === 0) return null
  const along = ((c[0] - a[0]) * sy - (c[1] - a[1]) * sx) / cross
  const other = ((c[0] - a[0]) * ry - (c[1] - a[1]) * rx) / cross
  const isWithin = (share: number): boolean => share > 0 && share < 1
  return isWithin(along) && isWithin(other) ? [a[0] + along * rx, a[1] + along * ry] : null
}

/** The corner of a neighbour, else the spot on its side, that lies within reach; `scale`: units a degree, east and north. */
export function snapped(at: Corner, rings: readonly Ring[], scale: Corner, reach: number): Corner {
  const apart = ([lon, lat]: Corner): number => Math.hypot((lon - at[0]) * scale[0], (lat - at[1]) * scale[1])
  const nearest = (spots: readonly Corner[]): Corner | undefined => {
    const measured = spots.map((spot) => ({ spot, far: apart(spot) })).filter(({ far }) => far <= reach)
    return measured.sort((one, other) => one.far - other.far)[0]?.spot
  }
  return nearest(rings.flat()) ?? nearest(rings.flatMap(sidesOf).map((side) => closest(at, side, scale))) ?? at
}
function closest(at: Corner, [a, b]: Side, scale: Corner): Corner {
  const [x, y] = [(b[0] - a[0]) * scale[0], (b[1] - a[1]) * scale[1]]
  const length = x * x + y * y
  const share = length ? ((at[0] - a[0]) * scale[0] * x + (at[1] - a[1]) * scale[1] * y) / length : 0
  const within = Math.min(1, Math.max(0, share))
  return [a[0] + within * (b[0] - a[0]), a[1] + within * (b[1] - a[1])]
}

/** What a neighbour's line has between two of its corners, the shorter way; none if they are not both on it. */
export function between(from: Corner, to: Corner, rings: readonly Ring[]): Corner[] {
  const at = (ring: Ring, corner: Corner): number => ring.findIndex((one) => one[0] === corner[0] && one[1] === corner[1])
  for (const ring of rings) {
    const [start, end] = [at(ring, from), at(ring, to)]
    if (start < 0 || end < 0 || start === end) continue
    const onward = walk(ring, start, end)
    const back = walk([...ring].reverse(), ring.length - 1 - start, ring.length - 1 - end)
    return onward.length <= back.length ? onward : back
  }
  return []
}
function walk(ring: Ring, start: number, end: number): Corner[] {
  const steps = (end - start + ring.length) % ring.length
  return Array.from({ length: steps - 1 }, (_, n) => ring[(start + 1 + n) % ring.length]).filter((one): one is Corner => one !== undefined)
}
