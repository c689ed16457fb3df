/** The only reader of status codes: what an answer means for an item (sync: five outcomes). */
import type { HazardView, ObjectView, Problem, Receipt } from '@/contract'
import type { ItemProblem, OutboxItem, Why } from '@/core/types'
import { retryAfterMs } from './backoff'
import { refused, tooLarge } from './problems'

export type Outcome =
  | { is: 'accepted'; receipt: Receipt; hazard: HazardView | null; object?: ObjectView | null | undefined }
  | { is: 'later'; waitMs: number | null; why: Why; status: number }
  | { is: 'unreachable'; why: 'unreachable' | 'captive_portal'; status: number | null }
  | { is: 'signed_out'; status: number }
  | { is: 'refused'; problem: ItemProblem }

export interface Answer {
  status: number
  text: string
  retryAfter: string | null
}

/** Portals and firewalls between us and the server, redirects included; their words are not ours. */
const isForeign = (status: number): boolean => [0, 407, 511].includes(status) || (status >= 300 && status < 400)
export const isLater = (status: number): boolean => [408, 425, 429].includes(status) || status >= 500 || status < 200
/** Refusals of the session, not of the item. */
const SESSION_CODES = new Set(['must_change_password', 'second_factor_needed'])
/** Refusals that mend themselves: the photo was hurt on the way; a proxy changed the address. */
const LATER_CODES = new Set(['digest_mismatch', 'foreign_origin'])

export function outcomeOf(answer: Answer, item: OutboxItem, now: number): Outcome {
  const { status } = answer
  const body = parse(answer.text)
  if (isForeign(status)) return unreachable('captive_portal', status)
  if (status === 401) return { is: 'signed_out', status }
  if (isLater(status)) return later(answer, now)
  if (status < 300) return accepted(body, item, status)
  return refusal(answer, problemIn(body), now)
}

interface Told {
  receipt: Partial<Receipt>
  /** What has become of it, as the server shows it. */
  hazard: HazardView | null
  object: ObjectView | null
}

/** 2xx alone means nothing: a receipt counts only if nothing of it is missing and it is this item's own. */
function accepted(body: unknown, item: OutboxItem, status: number): Outcome {
  const { receipt, hazard, object } = (body ?? {}) as Partial<Told>
  if (typeof receipt !== 'object' || receipt === null) return unreachable('captive_portal', status)
  if (!isWhole(receipt) || !isOwn(receipt, item)) return { is: 'later', waitMs: null, why: 'wrong_receipt', status }
  return { is: 'accepted', receipt, hazard: hazard ?? null, object }
}

const isWhole = (receipt: Partial<Receipt>): receipt is Receipt => Number.isInteger(receipt.seq) && Boolean(receipt.received_at && receipt.mac)
const isOwn = (receipt: Receipt, item: OutboxItem): boolean => same(receipt.id, item.itemId) && same(receipt.sha256, item.sha256)

function refusal(answer: Answer, problem: Problem | null, now: number): Outcome {
  const { status } = answer
  if (problem) return refusalInWords(answer, problem, now)
  if (status === 413) return { is: 'refused', problem: tooLarge(status) }
  // 422 without our words is still about the content; any other bare 4xx comes from something in between.
  return status === 422 ? { is: 'refused', problem: refused(status) } : later(answer, now)
}

function refusalInWords(answer: Answer, problem: Problem, now: number): Outcome {
  const { status } = answer
  if (SESSION_CODES.has(problem.code)) return { is: 'signed_out', status }
  return LATER_CODES.has(problem.code) ? later(answer, now) : { is: 'refused', problem: { ...problem, status } }
}

function later(answer: Answer, now: number): Outcome {
  return { is: 'later', waitMs: retryAfterMs(answer.retryAfter, now), why: 'busy', status: answer.status }
}

function unreachable(why: 'unreachable' | 'captive_portal', status: number | null): Outcome {
  return { is: 'unreachable', why, status }
}

export const NO_ANSWER: Outcome = unreachable('unreachable', null)

export function problemIn(body: unknown): Problem | null {
  const problem = body as Partial<Problem> | null
  if (typeof problem?.code !== 'string' || typeof problem.zh !== 'string') return null
  const { code, zh, en = '', fields = [], details = {} } = problem
  return { code, zh, en, fields, details }
}

export function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function same(told: string | undefined, own: string): boolean {
  return told?.toLowerCase() === own.toLowerCase()
}
