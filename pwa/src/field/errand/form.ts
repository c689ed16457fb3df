import type { DeliveryOutcome, ErrandKind } from '@/contract'
import type { ErrandDraft, ErrandFields } from '@/core/types'
import type { Key } from '@/words'
import type { IconName } from '@/ui/icons'

export const KINDS: readonly { kind: ErrandKind; icon: IconName }[] = [
  { kind: 'delivery', icon: 'draft' },
  { kind: 'publicity', icon: 'comment' },
  { kind: 'call', icon: 'people' },
]
export const OUTCOMES: readonly DeliveryOutcome[] = ['signed', 'refused', 'absent']

export type Missing = 'kind' | 'place' | 'grid_id' | 'topic' | 'outcome' | 'receiver' | 'note'
export const NEEDED: Record<Missing, Key> = {
  kind: 'field.errand.need_kind',
  place: 'field.errand.need_place',
  grid_id: 'field.collect.need_grid',
  topic: 'field.errand.need_topic',
  outcome: 'field.errand.need_outcome',
  receiver: 'field.errand.need_receiver',
  note: 'field.errand.need_note',
}

/** What has to be said before it can be sent; photos and signature never. */
export function missingOf({ fields }: ErrandDraft): Missing[] {
  return [...lacking(fields), ...(fields.kind === 'delivery' ? undelivered(fields) : [])]
}

function lacking({ kind, object_id, grid_id, place, topic }: ErrandFields): Missing[] {
  return only([
    ['kind', !kind],
    ['place', !object_id && !trimmed(place)],
    ['grid_id', !object_id && !grid_id],
    ['topic', !trimmed(topic)],
  ])
}

/** Who received it, or why nobody has. */
function undelivered({ outcome, receiver, note }: ErrandFields): Missing[] {
  if (!outcome) return ['outcome']
  return only([outcome === 'signed' ? ['receiver', !trimmed(receiver)] : ['note', !trimmed(note)]])
}

const only = (lacks: readonly [Missing, boolean][]): Missing[] => lacks.flatMap(([what, is]) => (is ? what : []))
const trimmed = (text: string | null | undefined): string => text?.trim() ?? ''

/** How many were reached, as typed; nothing sensible = not said. */
export function counted(text: string): number | null {
  const n = Number.parseInt(text, 10)
  return Number.isFinite(n) && n >= 0 ? Math.min(n, MOST_PEOPLE) : null
}
const MOST_PEOPLE = 100_000

/** Only what belongs to its kind, and nobody's blanks. The name of the place goes along in words only where no object is named. */
export function finished(draft: ErrandDraft): ErrandDraft {
  const { kind, object_id, grid_id, place, topic, note } = draft.fields
  const fields: ErrandFields = {
    ...(kind && { kind }),
    ...(object_id ? { object_id } : { grid_id: grid_id ?? null, place: trimmed(place) }),
    topic: trimmed(topic),
    note: trimmed(note),
    ...(kind === 'delivery' ? delivered(draft.fields) : reachedBy(draft.fields)),
  }
  return { ...draft, fields }
}

function delivered({ outcome, receiver }: ErrandFields): ErrandFields {
  const name = outcome === 'signed' ? trimmed(receiver) : ''
  return { ...(outcome && { outcome }), ...(name && { receiver: name }) }
}

const reachedBy = ({ reached }: ErrandFields): ErrandFields => (typeof reached === 'number' ? { reached } : {})
