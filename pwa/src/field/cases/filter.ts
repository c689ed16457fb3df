import type { HazardView } from '@/contract'
import { isOpen } from '@/core/flow'

export interface CaseFilter {
  tab: 'open' | 'closed'
  text: string
  isMine: boolean
  isOverdue: boolean
}

export const NO_FILTER: CaseFilter = { tab: 'open', text: '', isMine: false, isOverdue: false }

export function isLate(hazard: HazardView, now: number): boolean {
  return hazard.clock !== null && Date.parse(hazard.clock.due_at) < now
}

function says(hazard: HazardView, text: string): boolean {
  const wanted = text.trim().toLowerCase()
  const where = [hazard.number, hazard.note, hazard.place, hazard.enterprise?.name, hazard.village?.name]
  return where.some((part) => part?.toLowerCase().includes(wanted))
}

/** Open: the nearest deadline first; closed: the latest first. */
export function casesFor(
  hazards: readonly HazardView[],
  filter: CaseFilter,
  personId: string,
  now: number,
): HazardView[] {
  const isWantedOpen = filter.tab === 'open'
  const found = hazards.filter(
    (hazard) =>
      isOpen(hazard.state) === isWantedOpen &&
      (!filter.isMine || hazard.reporter.id === personId) &&
      (!filter.isOverdue || isLate(hazard, now)) &&
      says(hazard, filter.text),
  )
  return found.sort(isWantedOpen ? byDeadline : byClosing)
}

const MAJOR = (hazard: HazardView): number => (hazard.is_major_confirmed || hazard.is_suspected_major ? 0 : 1)
const dueOf = (hazard: HazardView): string => hazard.clock?.due_at ?? '9999'

function byDeadline(a: HazardView, b: HazardView): number {
  return MAJOR(a) - MAJOR(b) || dueOf(a).localeCompare(dueOf(b)) || b.received_at.localeCompare(a.received_at)
}

function byClosing(a: HazardView, b: HazardView): number {
  return (b.closed_at ?? b.state_since).localeCompare(a.closed_at ?? a.state_since)
}
