import { problemOf } from '@/core/api'
import type { Problem } from '@/contract'
import { markExpired } from '@/core/session'
import { lang, t } from '@/words'

/** The server said no, in words; `status` 0 = it could not be reached at all. */
export class Refused extends Error {
  readonly status: number
  readonly problem: Problem

  constructor(status: number, problem: Problem) {
    super(problem.code)
    this.status = status
    this.problem = problem
  }
}

interface Answer<T> {
  data?: T
  error?: unknown
  response: Response
}

let tellSignedOut: () => void = () => undefined

/** The frame listens here: an expired session asks for the password over the page, forms stay. */
export function onSignedOut(listener: () => void): void {
  tellSignedOut = listener
}

/** Waits for an answer of the API; everything but success is thrown as Refused. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  const answer = await call.catch(() => null)
  if (!answer) throw new Refused(0, unreachable())
  if (answer.response.ok) return answer.data as T
  const problem = problemOf(answer.error)
  if (answer.response.status === 401 && problem.code === 'not_signed_in') expire()
  throw new Refused(answer.response.status, problem)
}

function expire(): void {
  markExpired()
  tellSignedOut()
}

function unreachable(): Problem {
  return { code: 'unreachable', zh: t('desk.unreachable'), en: t('desk.unreachable'), fields: [], details: {} }
}

/** What to show a person, whatever was thrown. */
export function wordsOf(problem: unknown): string {
  if (!(problem instanceof Refused)) return t('desk.unknown_problem')
  return lang() === 'en' ? problem.problem.en : problem.problem.zh
}

export const codeOf = (problem: unknown): string => (problem instanceof Refused ? problem.problem.code : '')

/** An earlier try was kept although its answer was lost; what was changed since was not. */
export const isKeptBefore = (problem: unknown): boolean => codeOf(problem) === 'same_id_other_content'

/** A file as a form's only part: it may be large, and is read as it comes. The contract has no type for it. */
export function inForm(file: File): never {
  const body = new FormData()
  body.append('file', file)
  return body as never
}
