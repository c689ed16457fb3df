import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import type { Position } from '@/contract'
import { watchPlace, type PlaceProblem } from '@/core/place'
import type { Fix } from '@/core/types'

/** Where the phone is while this screen is open; nothing waits for it. */
export function usePlace(): { fix: ShallowRef<Fix | null>; problem: ShallowRef<PlaceProblem | null>; isWaiting: ShallowRef<boolean> } {
  const fix = shallowRef<Fix | null>(null)
  const problem = shallowRef<PlaceProblem | null>(null)
  const isWaiting = shallowRef(true)
  const watch = watchPlace({ onFix: (next) => (fix.value = next) })
  void watch.settled.then(() => {
    isWaiting.value = false
    problem.value = watch.problem()
  })
  onScopeDispose(() => watch.stop())
  return { fix, problem, isWaiting }
}

export const positionOf = (fix: Fix): Position => ({
  lat: fix.lat,
  lon: fix.lon,
  accuracy_m: fix.accuracyM,
  source: 'gps',
})
