import type { DutyOccurrence } from '@/contract'
import { chinaDate } from '@/core/clock'
import { dueDay } from '@/ui/duties'
import type { t as say } from '@/words'

const ONE_DAY = 86_400_000
export const today = (): string => chinaDate(Date.now())
/** 12月31日: of another year with the year. */
export function dayWords(day: string, lang: string): string {
  const isThisYear = day.slice(0, 4) === today().slice(0, 4)
  const options: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric', timeZone: 'UTC', ...(!isThisYear && { year: 'numeric' }) }
  return new Intl.DateTimeFormat(lang === 'en' ? 'en-GB' : 'zh-CN', options).format(Date.parse(day))
}
export const daysSince = (day: string): number => Math.round((Date.parse(today()) - Date.parse(day)) / ONE_DAY)

export function standingWords(one: Pick<DutyOccurrence, 'standing' | 'end' | 'due_on'>, t: typeof say, lang: string): string {
  const day = dueDay(one)
  if (one.standing === 'due' && day === today()) return t('desk.routine.today')
  return t(`desk.routine.standing.${one.standing}`, { day: dayWords(day, lang), n: daysSince(day) })
}
