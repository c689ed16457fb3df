import { onScopeDispose, ref } from 'vue'
import { openStream } from '@/core/stream'
import { useInbox } from '@/use/useInbox'

/** News from the server for every page of the desk: one line, many listeners. */
export const isLive = ref(false)
const listeners = new Set<() => void>()

/** Calls back when cases within sight may have changed. */
export function onChanged(listener: () => void): void {
  listeners.add(listener)
  onScopeDispose(() => listeners.delete(listener))
}

const neighbours = new Set<(ids: readonly string[]) => void>()

/** Calls back when a colleague has come to a case within sight, or gone. */
export function onPresence(listener: (ids: readonly string[]) => void): void {
  neighbours.add(listener)
  onScopeDispose(() => neighbours.delete(listener))
}

/** Everything on the page may be old: after signing in again. */
export function tellChanged(): void {
  for (const listener of [...listeners]) listener()
}

/** Answers the way to stop. */
export function startLive(): () => void {
  const inbox = useInbox()
  const stream = openStream({
    changed: tellChanged,
    presence: (ids) => { for (const listener of [...neighbours]) listener(ids) },
    notice: inbox.noteUnread,
    poll: () => {
      if (document.visibilityState === 'hidden') return
      void inbox.load()
      tellChanged()
    },
    live: (is) => { isLive.value = is },
  })
  return () => { stream.close() }
}
