import type { HazardEvent, HazardView, Outcome } from '@/contract'
import { t } from '@/words'

/** What was done, with the number of its document; nothing where nothing was said. */
export function outcomeWords({ outcome, outcome_document: number }: Pick<HazardView, 'outcome' | 'outcome_document'>): string {
  return outcome ? [t(`outcome.${outcome}`), number].filter(Boolean).join(' · ') : ''
}

/** The same of a step in the history. */
export function outcomeOf(event: HazardEvent): string {
  const { outcome, outcome_document: number } = event.data as { outcome?: Outcome; outcome_document?: string }
  return outcomeWords({ outcome: outcome ?? null, outcome_document: number ?? null })
}
