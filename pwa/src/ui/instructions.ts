import type { Instruction } from '@/contract'
import { chinaDate, countyDay } from '@/core/clock'
import type { Key } from '@/words'

/** What an instruction still wants of me; null = nothing. */
export function wantsOf(one: Instruction): 'unread' | 'unanswered' | null {
  if (one.status !== 'open') return null
  if (one.mine.some((mine) => !mine.read_at)) return 'unread'
  return one.wants_feedback && one.mine.some((mine) => !mine.answered_at) ? 'unanswered' : null
}

/** Open, and sent before I had the post: a predecessor may have read it, I have not. */
export const isInherited = (one: Instruction): boolean => one.status === 'open' && one.is_from_before

/** What came back of me, in one word; with nothing asked there is nothing to answer. */
export function stateOf(one: Instruction): Key {
  if (one.status !== 'open') return `instruction.${one.status}`
  const wants = wantsOf(one)
  if (wants) return `instruction.${wants}`
  return one.mine.some((mine) => mine.answered_at) ? 'instruction.answered' : one.wants_feedback ? 'instruction.wants' : 'instruction.read_only'
}

const DAY_MS = 86_400_000

/** Its day, or the working day after a holiday; a copy that lies on a phone may be older than that. */
export const lastDayOf = (one: Instruction): string | null => one.counts_until ?? one.due_on

/** Until when feedback is wanted; late only while somebody still owes it. `now` in ms. */
export function dueWords(one: Instruction, now: number): { key: Key; params: { day: string; n: number }; isLate: boolean } | null {
  const last = lastDayOf(one)
  if (!last || one.status !== 'open') return null
  const n = Math.round((Date.parse(countyDay(now)) - Date.parse(last)) / DAY_MS)
  const isOwed = one.counts ? one.counts.answered < one.counts.addressees : wantsOf(one) !== null
  const params = { day: last.slice(0, 4) === chinaDate(now).slice(0, 4) ? last.slice(5) : last, n }
  if (n > 0) return { key: isOwed ? 'instruction.due_over' : 'instruction.due', params, isLate: isOwed }
  return { key: n === 0 ? 'instruction.due_today' : 'instruction.due', params, isLate: false }
}

export const senderKey = (one: Instruction): Key => (one.is_from_linked_leader ? 'instruction.from_leader' : 'instruction.from')
export const senderOf = (one: Instruction): { body: string; name: string } => ({ body: one.organization.short_name, name: one.sender })
