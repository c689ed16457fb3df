/** Holds a decision back for ten seconds before it is sent, so that undoing needs no server. */
export interface Held {
  id: string
  subject: string
  label: string
  until: number
}

interface Entry extends Held {
  run: (isLeaving: boolean) => Promise<void>
  undo: () => void
  timer: unknown
}

export interface Hold {
  add: (wish: { subject: string; label: string; run: Entry['run']; undo: () => void }) => void
  /** Takes back the newest decision that still waits, or the one named; false if there is none. */
  undo: (id?: string) => boolean
  /** Sends everything now: the page is being left. */
  flush: () => Promise<void>
  waiting: () => Held[]
}

export interface HoldParts {
  delayMs?: number
  now?: () => number
  later?: (run: () => void, ms: number) => unknown
  cancel?: (timer: unknown) => void
  onChange?: () => void
}

export const UNDO_MS = 10_000

export function createHold(parts: HoldParts = {}): Hold {
  const delayMs = parts.delayMs ?? UNDO_MS
  const now = parts.now ?? Date.now
  const later = parts.later ?? ((run, ms) => setTimeout(run, ms))
  const cancel = parts.cancel ?? ((timer) => { clearTimeout(timer as number) })
  const changed = parts.onChange ?? (() => undefined)
  let entries: Entry[] = []
  let count = 0

  function take(id: string | undefined): Entry | undefined {
    const entry = id ? entries.find((one) => one.id === id) : entries.at(-1)
    if (!entry) return undefined
    cancel(entry.timer)
    entries = entries.filter((one) => one !== entry)
    changed()
    return entry
  }

  return {
    add(wish) {
      const id = String(++count)
      const timer = later(() => { void take(id)?.run(false) }, delayMs)
      entries = [...entries, { ...wish, id, until: now() + delayMs, timer }]
      changed()
    },
    undo(id) {
      const entry = take(id)
      entry?.undo()
      return entry !== undefined
    },
    async flush() {
      const leaving: Promise<void>[] = []
      for (let entry = take(undefined); entry; entry = take(undefined)) leaving.push(entry.run(true))
      await Promise.allSettled(leaving)
    },
    waiting: () => entries.map(({ id, subject, label, until }) => ({ id, subject, label, until })),
  }
}
