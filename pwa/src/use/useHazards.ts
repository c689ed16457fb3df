import { computed, onScopeDispose, ref, toValue, type ComputedRef, type MaybeRefOrGetter, type Ref, type ShallowRef } from 'vue'
import type { HazardEvent, HazardView, Problem, Rules } from '@/contract'
import { account, currentAccount } from '@/core/account'
import { api, problemOf } from '@/core/api'
import type { GridView, ObjectView } from '@/contract'
import { useLive } from './useLive'
import { useStore } from './useStore'

/** All cases in this phone's copy, newest first. */
export function useHazards(): { hazards: Readonly<ShallowRef<HazardView[]>> } {
  const present = useStore(currentAccount)
  const hazards = useLive(
    async () => (currentAccount.get()?.db.hazards.orderBy('received_at').reverse().toArray() ?? []),
    [] as HazardView[],
    [() => present.value?.personId],
  )
  return { hazards }
}

/** One case: from the phone at once, from the server if it can be reached. */
export function useHazard(id: MaybeRefOrGetter<string>): {
  hazard: Readonly<ShallowRef<HazardView | undefined>>
  timeline: Ref<HazardEvent[]>
  problem: Ref<Problem | null>
  isLoading: Ref<boolean>
  refresh(): Promise<void>
} {
  const hazard = useLive(
    async () => currentAccount.get()?.db.hazards.get(toValue(id)),
    undefined as HazardView | undefined,
    [() => toValue(id)],
  )
  const timeline = ref<HazardEvent[]>([])
  const problem = ref<Problem | null>(null)
  const isLoading = ref(false)
  let isGone = false
  onScopeDispose(() => (isGone = true))

  async function refresh(): Promise<void> {
    isLoading.value = true
    const path = { params: { path: { hazard_id: toValue(id) } } }
    try {
      const [one, events] = await Promise.all([
        api.GET('/api/hazards/{hazard_id}', path),
        api.GET('/api/hazards/{hazard_id}/timeline', path),
      ])
      if (isGone) return
      if (one.data) await account().db.hazards.put(one.data)
      timeline.value = events.data ?? timeline.value
      problem.value = one.data ? null : problemOf(one.error)
    } catch (error) {
      problem.value = problemOf(error)
    } finally {
      isLoading.value = false
    }
  }
  return { hazard, timeline, problem, isLoading, refresh }
}

/** Categories, places and grids as the phone has them; all work offline. */
export function useReference(): {
  rules: Readonly<ShallowRef<Rules | null>>
  categories: ComputedRef<Rules['categories']>
  objects: Readonly<ShallowRef<ObjectView[]>>
  grids: Readonly<ShallowRef<GridView[]>>
} {
  const present = useStore(currentAccount)
  const source = [() => present.value?.personId]
  const open = currentAccount
  const rules = useLive(async () => (await open.get()?.pull.rules()) ?? null, null as Rules | null, source)
  return {
    rules,
    categories: computed(() => (rules.value?.categories ?? []).filter((each) => each.is_active)),
    objects: useLive(async () => (await open.get()?.db.objects.toArray()) ?? [], [] as ObjectView[], source),
    grids: useLive(async () => (await open.get()?.db.grids.toArray()) ?? [], [] as GridView[], source),
  }
}
