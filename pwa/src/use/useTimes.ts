import { chinaDate } from '@/core/clock'
import { lang, t, type Lang } from '@/words'

/** Moments in words, on the county's wall clock. Reactive through the language. */
export function useTimes(): { when: (moment: Moment) => string; day: (moment: Moment) => string; dated: (moment: Moment) => string } {
  return { when, day, dated }
}

/** ISO or ms. */
type Moment = string | number

const LOCALE: Record<Lang, string> = { zh: 'zh-CN', en: 'en-GB' }
const ZONE = { timeZone: 'Asia/Shanghai' } as const
const HOUR: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...ZONE }
const DAY: Intl.DateTimeFormatOptions = { month: 'long', day: 'numeric', ...ZONE }
const ONE_DAY = 86_400_000

const format = (at: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(LOCALE[lang()], options).format(at)

/** 今天 10:04 · 昨天 10:04 · 11月20日 10:04 · 2025年11月20日 10:04 */
function when(moment: Moment): string {
  return `${day(moment)} ${format(new Date(moment).getTime(), HOUR)}`
}

/** 11月20日 10:04: on paper, where tomorrow 今天 would be wrong. */
function dated(moment: Moment): string {
  const at = new Date(moment).getTime()
  return `${format(at, DAY)} ${format(at, HOUR)}`
}

/** 今天 · 昨天 · 11月20日 · 2025年11月20日 */
function day(moment: Moment): string {
  const [at, now] = [new Date(moment).getTime(), Date.now()]
  if (chinaDate(at) === chinaDate(now)) return t('ui.today')
  if (chinaDate(at) === chinaDate(now - ONE_DAY)) return t('ui.yesterday')
  const isThisYear = chinaDate(at).slice(0, 4) === chinaDate(now).slice(0, 4)
  return format(at, isThisYear ? DAY : { ...DAY, year: 'numeric' })
}
