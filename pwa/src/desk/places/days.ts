const DAY = 86_400_000

/** The day before, both as the forms write days; '' while there is none. */
export function lastDayBefore(day: string): string {
  const at = Date.parse(`${day}T00:00:00Z`)
  return Number.isNaN(at) ? '' : new Date(at - DAY).toISOString().slice(0, 10)
}
