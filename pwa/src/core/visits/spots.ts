/**
 * Two questions of every visit must be answered one by one, drawn by the visit's own id. The server
 * draws alike (app/services/visits/spots.py); a test on each side holds the same examples.
 */
export const HOW_MANY = 2

/** The codes that the mixed FNV-1a (32 bit) of "visit:code" puts first. */
export function spots(visitId: string, codes: readonly string[]): string[] {
  const lots = codes.map((code) => ({ code, lot: lotOf(`${visitId}:${code}`) }))
  return lots
    .sort((a, b) => a.lot - b.lot || (a.code < b.code ? -1 : 1))
    .slice(0, HOW_MANY)
    .map(({ code }) => code)
}

function lotOf(text: string): number {
  let number = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) number = Math.imul(number ^ byte, 0x01000193)
  number = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  number = Math.imul(number ^ (number >>> 13), 0xc2b2ae35)
  return (number ^ (number >>> 16)) >>> 0
}
