import type { HazardEvent } from '@/contract'
import type { IconName } from './icons'

const SIGNS: Record<string, IconName> = {
  reported: 'camera',
  fixed_on_site: 'tick',
  archived: 'archive',
  escalated: 'upload',
  assigned: 'send',
  reassigned: 'send',
  sent_down: 'download',
  referred: 'send',
  asked: 'question',
  merged: 'merge',
  voided: 'void',
  reopened: 'refresh',
  signed_for: 'check',
  handed_back: 'returned',
  extension_asked: 'clock',
  extension_granted: 'clock',
  extension_refused: 'clock',
  part_finished: 'wrench',
  finished: 'wrench',
  verified: 'tick',
  rejected: 'returned',
  commented: 'comment',
  corrected: 'edit',
  regrounded: 'map',
  suspected_major: 'warning',
  confirmed_major: 'warning',
  listed: 'flag',
  delisted: 'flag',
  urged: 'bell',
  supervised: 'flag',
  supervision_replied: 'comment',
  enforcement_recorded: 'shield',
  received: 'cloud_done',
}

export const signOf = (kind: string): IconName => SIGNS[kind.split('.').slice(-1)[0] ?? ''] ?? 'info'

const SAID = ['note', 'reason', 'question', 'department', 'department_name'] as const

/** Who carried the record in from an exported file, where its author's phone could not send it. */
export function bringerOf(event: HazardEvent): string | null {
  const bringer = event.data['brought_by'] as { name?: string } | undefined
  return bringer?.name ?? null
}

/** What people wrote in this step, in the order of importance. */
export function wordsOf(event: HazardEvent): string[] {
  const texts = SAID.map((name) => event.data[name]).filter(
    (value): value is string => typeof value === 'string' && value !== '',
  )
  return [...new Set(texts)]
}
