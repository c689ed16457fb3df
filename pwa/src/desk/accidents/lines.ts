import type { AccidentView } from '@/contract'
import type { PhotoLike } from '@/ui/pictures'

type Report = AccidentView['reports'][number]
type Hop = AccidentView['hops'][number]
export type Line = { at: string; id: string } & ({ report: Report; hop: null } | { report: null; hop: Hop })

/** Reports and hops in one line of time, oldest first, by when the server knew. */
export function linesOf({ reports, hops }: Pick<AccidentView, 'reports' | 'hops'>): Line[] {
  const lines: Line[] = [
    ...reports.map((report) => ({ at: report.received_at, id: report.id, report, hop: null })),
    ...hops.map((hop) => ({ at: hop.at, id: hop.id, report: null, hop })),
  ]
  return lines.sort((one, other) => Date.parse(one.at) - Date.parse(other.at))
}

/** What a report says, in the order of article 12. */
export const TEXTS = ['place', 'company', 'scene', 'course', 'measures', 'other'] as const
export const MOMENTS = ['happened_at', 'learned_at'] as const
export const NUMBERS = ['dead', 'injured', 'missing', 'possible', 'loss_wan'] as const
export type FactName = (typeof TEXTS)[number] | (typeof MOMENTS)[number] | (typeof NUMBERS)[number]
export const FACTS: readonly FactName[] = ['happened_at', 'learned_at', 'place', 'company', 'scene', 'course', 'dead', 'injured', 'missing', 'possible', 'loss_wan', 'measures', 'other']

type Facts = Pick<AccidentView, FactName>
/** Only what was said. */
export const saidOf = (facts: Facts): { name: FactName; value: string | number }[] =>
  FACTS.flatMap((name) => {
    const value = facts[name]
    return value === null ? [] : [{ name, value }]
  })
export const isMoment = (name: FactName): name is (typeof MOMENTS)[number] => name.endsWith('_at')

/** A call comes before it is noted; said only where it makes a difference that people would see. */
export const isNotedLater = ({ at, done_at }: Hop): boolean => Date.parse(at) - Date.parse(done_at) >= 60_000

/** Each is served under its accident, to whoever may see that. */
export const picturesOf = ({ id, photos }: Pick<AccidentView, 'id' | 'photos'>): PhotoLike[] =>
  photos.map((photo) => ({ id: photo.id, role: photo.role, taken_at: photo.taken_at, status: photo.status, ...(photo.status === 'ready' && { localUrl: `/api/accidents/${id}/photos/${photo.id}` }) }))
