import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { Store } from '@/core/store'

/** A core store as a ref; lives as long as the component. */
export function useStore<T>(store: Store<T>): Readonly<ShallowRef<T>> {
  const value = shallowRef(store.get())
  onScopeDispose(store.subscribe((next) => (value.value = next)))
  return value
}
