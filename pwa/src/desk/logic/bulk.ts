import type { Action, BulkAnswer } from '@/contract'
import type { Desk } from './keys'

/** One step for many cases: only steps that need no photo and no eye on each single case. */
const FOR_MANY: Record<Desk, readonly Action[]> = {
  village: ['escalate'],
  township_subcentre: ['assign', 'escalate', 'void', 'urge'],
  county_centre: ['assign', 'send_down', 'refer', 'urge', 'list_supervision'],
  safety_department: ['assign', 'void', 'urge', 'list_supervision'],
  department: ['sign_for', 'ask_extension', 'hand_back'],
  enterprise: [],
}
export const BULK_LIMIT = 200

/** One step that somebody wants to take for several cases, and what the server thinks of it. */
export interface Batch {
  action: Action
  ids: readonly string[]
  answers: readonly BulkAnswer[]
}

export function actionsForMany(desks: readonly Desk[]): Action[] {
  return [...new Set(desks.flatMap((desk) => FOR_MANY[desk]))]
}

export function isLegalForAll(answers: readonly BulkAnswer[]): boolean {
  return answers.length > 0 && answers.every((answer) => answer.is_possible)
}

export type Line =
  | { id: string; is: 'waiting' | 'sending' | 'done' | 'stopped' }
  | { id: string; is: 'refused'; why: string }

export interface RunParts {
  send: (id: string) => Promise<void>
  explain: (problem: unknown) => string
  onLine: (line: Line) => void
  isStopped: () => boolean
}

/** Sends one after the other: each is its own step, and the rest can still be stopped. */
export async function runForAll(ids: readonly string[], parts: RunParts): Promise<void> {
  for (const id of ids) {
    if (parts.isStopped()) {
      parts.onLine({ id, is: 'stopped' })
      continue
    }
    parts.onLine({ id, is: 'sending' })
    parts.onLine(await sendOne(id, parts))
  }
}

async function sendOne(id: string, parts: RunParts): Promise<Line> {
  try {
    await parts.send(id)
    return { id, is: 'done' }
  } catch (problem) {
    return { id, is: 'refused', why: parts.explain(problem) }
  }
}
