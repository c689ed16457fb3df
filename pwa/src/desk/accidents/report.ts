import { CONTRACT, type SupplementAccident } from '@/contract'
import { FACTS, NUMBERS, type FactName } from './lines'

export type ReportText = Record<FactName, string>

export const blank = (): ReportText => Object.fromEntries(FACTS.map((name) => [name, ''])) as ReportText

export const isSaid = (form: ReportText): boolean => FACTS.some((name) => form[name].trim() !== '')

/** Only what was filled in; a number that is none goes as it is, for the server to say so in words. */
export function bodyOf(form: ReportText, report: 'supplement' | 'final', occurred_at: string): SupplementAccident {
  const numbers: readonly string[] = NUMBERS
  const said = FACTS.flatMap((name) => {
    const text = form[name].trim()
    if (!text) return []
    return [[name, numbers.includes(name) && text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text] as const]
  })
  return { ...Object.fromEntries(said), report, contract: CONTRACT, occurred_at, photos: [] }
}
