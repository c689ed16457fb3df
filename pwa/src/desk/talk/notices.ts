import type { NotificationView } from '@/contract'
import { deadlineWords } from '@/core/clock'
import { serverNow } from '@/core/contact'
import { withAccident } from '@/ui/accidents'
import { lang, t, wordFor, type Params } from '@/words'

/** The sentence of an inbox line: its kind names it, its params fill it. */
export function noticeWords(line: NotificationView): string {
  return wordFor(`notification.${line.kind}`, withAccident(paramsOf(line.params), t)) ?? t('notification.unknown')
}

/** Texts as they are; bodies and people by name; moments as deadlines. */
function paramsOf(params: Record<string, unknown>): Params {
  return Object.fromEntries(Object.entries(params).map(([key, value]) => [key, said(key, value)]))
}

function said(key: string, value: unknown): string | number {
  if (typeof value === 'number') return value
  if (typeof value === 'string') return key.endsWith('_at') ? moment(value) : value
  return nameOf((value ?? {}) as Named)
}

interface Named {
  short_name?: string
  name?: string
  zh?: string
  en?: string
}

function nameOf(named: Named): string {
  return [named[lang()], named.short_name, named.name].find(Boolean) ?? ''
}

function moment(value: string): string {
  const words = deadlineWords(value, serverNow())
  return t(words.key, words.params)
}
