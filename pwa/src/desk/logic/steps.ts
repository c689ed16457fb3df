/** What was, what is, and what was taken back: for undo and redo. Nothing here is ever changed, only followed. */
export interface Steps<T> {
  readonly past: readonly T[]
  readonly now: T
  readonly ahead: readonly T[]
}
const MOST = 200

export const begin = <T>(now: T): Steps<T> => ({ past: [], now, ahead: [] })
export const go = <T>({ past, now }: Steps<T>, next: T): Steps<T> => ({ past: [...past, now].slice(-MOST), now: next, ahead: [] })

export function back<T>(steps: Steps<T>): Steps<T> {
  if (!steps.past.length) return steps
  return { past: steps.past.slice(0, -1), now: steps.past.at(-1) as T, ahead: [steps.now, ...steps.ahead] }
}
export function forth<T>(steps: Steps<T>): Steps<T> {
  if (!steps.ahead.length) return steps
  return { past: [...steps.past, steps.now], now: steps.ahead[0] as T, ahead: steps.ahead.slice(1) }
}
