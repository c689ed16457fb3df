/** The smallest observable: core knows no Vue, `use/` turns it into a ref. */
export interface Store<T> {
  get(): T
  set(value: T): void
  /** Calls back on every change, not at once. Answers the way to stop. */
  subscribe(listener: (value: T) => void): () => void
}

export function createStore<T>(initial: T): Store<T> {
  let value = initial
  const listeners = new Set<(value: T) => void>()
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of [...listeners]) listener(next)
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
