import { shallowRef, type ShallowRef } from 'vue'
import type { HazardEvent, HazardView, NearbyView } from '@/contract'
import { wordsOf } from '@/desk/data/ask'
import { readCase, readNearby, readTimeline, tellViewing } from '@/desk/data/cases'
import { onChanged, onPresence } from '@/desk/data/live'
import { usePolling } from '@/use/usePolling'

const VIEWING_MS = 60_000
const LOOK_MS = 20_000

export interface OpenCase {
  hazard: ShallowRef<HazardView | null>
  events: ShallowRef<HazardEvent[]>
  nearby: ShallowRef<NearbyView[]>
  problem: ShallowRef<string>
  reload: () => Promise<void>
  show: (hazard: HazardView) => void
}

/** One case on the screen: kept fresh, and colleagues see that somebody is looking. */
export function useCase(id: string): OpenCase {
  const hazard = shallowRef<HazardView | null>(null)
  const events = shallowRef<HazardEvent[]>([])
  const nearby = shallowRef<NearbyView[]>([])
  const problem = shallowRef('')

  async function reload(): Promise<void> {
    const [view, timeline, others] = await Promise.allSettled([readCase(id), readTimeline(id), readNearby(id)])
    if (view.status === 'rejected') {
      problem.value = wordsOf(view.reason)
      return
    }
    problem.value = ''
    hazard.value = view.value
    if (timeline.status === 'fulfilled') events.value = timeline.value
    if (others.status === 'fulfilled') nearby.value = others.value
  }
  async function lookAgain(): Promise<void> {
    const fresh = await readCase(id).catch(() => null)
    if (!fresh) return
    if (fresh.version === hazard.value?.version) hazard.value = fresh
    else await reload()
  }
  usePolling(() => tellViewing(id).then(() => undefined), VIEWING_MS)
  usePolling(() => (hazard.value ? lookAgain() : undefined), LOOK_MS) // who has gone says so nowhere
  onChanged(() => { void lookAgain() })
  onPresence((ids) => { if (ids.includes(id)) void lookAgain() })
  void reload()
  return {
    hazard, events, nearby, problem, reload,
    show(next) {
      hazard.value = next
      void reload()
    },
  }
}
