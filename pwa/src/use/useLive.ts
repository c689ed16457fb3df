import { liveQuery } from 'dexie'
import { onScopeDispose, shallowRef, watch, type ShallowRef, type WatchSource } from 'vue'

/** A query of the phone's database that redraws when its rows change, in this tab or another. */
export function useLive<T>(
  query: () => Promise<T>,
  initial: T,
  sources: WatchSource[] = [],
): Readonly<ShallowRef<T>> {
  const value = shallowRef(initial)
  const start = () =>
    liveQuery(query).subscribe({
      next: (found) => (value.value = found),
      error: () => undefined, // the last good answer stays on the screen
    })
  let subscription = start()
  if (sources.length > 0) {
    watch(sources, () => {
      subscription.unsubscribe()
      subscription = start()
    })
  }
  onScopeDispose(() => subscription.unsubscribe())
  return value
}
