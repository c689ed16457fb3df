import { computed, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import type { HazardRow } from '@/contract'

/** Where J and K stand in the list, and which rows are marked for a step for many. */
export interface Cursor {
  marked: ShallowRef<ReadonlySet<string>>
  hasAll: ComputedRef<boolean>
  /** The row `by` steps away from `from`, or the first one. */
  neighbour: (from: string | undefined, by: 1 | -1) => HazardRow | undefined
  toggle: (id: string) => void
  toggleAll: () => void
  clear: () => void
}

export function useCursor(rows: () => readonly HazardRow[]): Cursor {
  const marked = shallowRef<ReadonlySet<string>>(new Set())
  const hasAll = computed(() => rows().length > 0 && rows().every((row) => marked.value.has(row.id)))

  return {
    marked,
    hasAll,
    neighbour(from, by) {
      const at = rows().findIndex((row) => row.id === from)
      if (at < 0) return rows()[0]
      return rows()[Math.min(rows().length - 1, Math.max(0, at + by))]
    },
    toggle(id) {
      const next = new Set(marked.value)
      if (!next.delete(id)) next.add(id)
      marked.value = next
    },
    toggleAll() {
      marked.value = hasAll.value ? new Set() : new Set(rows().map((row) => row.id))
    },
    clear() {
      marked.value = new Set()
    },
  }
}
