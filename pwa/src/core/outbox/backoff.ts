const FIRST_MS = 2_000
const LONGEST_MS = 5 * 60_000
/** Full jitter may draw zero; a quarter of a second keeps a loop from spinning. */
const SHORTEST_MS = 250
/** A proxy that says "in a year" is not believed. */
export const LONGEST_ORDER_MS = 60 * 60_000
/** What a restored server has forgotten waits longest: reconcile. */
export const LONGEST_WAIT_MS = 6 * 60 * 60_000

/** 2 s × 2ⁿ up to 5 min, full jitter. There is no last attempt. */
export function backoffMs(laters: number, random: number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(laters, 20))
  return Math.max(SHORTEST_MS, Math.round(random * ceiling))
}

/** Retry-After in seconds or as a date; null if there is none that makes sense. */
export function retryAfterMs(header: string | null, now: number): number | null {
  if (!header) return null
  const seconds = Number(header)
  const wait = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - now
  return Number.isFinite(wait) ? Math.min(LONGEST_ORDER_MS, Math.max(0, wait)) : null
}

/**
 * Until when to wait; 0 = no longer. A moment further off than any wait that we give was noted by a
 * clock that has been set back since: it would hold the item for a year.
 */
export function stillUntil(moment: number, now: number, longest: number): number {
  return moment > now && moment - now <= longest ? moment : 0
}

const TRIPS_AT = 3

/**
 * Spares a server in trouble: after three "later" in a row (at once if one has said how long), no item
 * of that kind goes out for a while; then one is tried.
 */
export class Breaker {
  private inARow = 0
  private trips = 0
  private moment = 0
  /** The server has named the time; the button does not override it. */
  isOrder = false

  isOpen(now: number): boolean {
    return this.until(now) > 0
  }

  until(now: number): number {
    return stillUntil(this.moment, now, LONGEST_ORDER_MS)
  }

  /** The button: own patience ends, an order of the server does not. */
  forgive(): void {
    this.inARow = 0
    if (!this.isOrder) this.moment = 0
  }

  later(now: number, orderMs: number | null, random: number): void {
    this.inARow += 1
    if (orderMs === null && this.inARow < TRIPS_AT && this.trips === 0) return
    this.isOrder = orderMs !== null
    this.moment = now + (orderMs ?? backoffMs(this.trips, random))
    this.trips += 1
  }

  accepted(): void {
    this.inARow = 0
    this.trips = 0
    this.moment = 0
    this.isOrder = false
  }
}
