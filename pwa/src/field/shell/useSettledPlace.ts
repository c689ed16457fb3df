import { computed, onMounted, onScopeDispose, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue'
import { distanceM } from '@/core/place'
import type { Fix } from '@/core/types'
import { lastFix, rememberFix } from './lastFix'

/** What a fix must be away from where the order was made, or it changes nothing. */
const FAR_M = 50
/** A database that has not answered by then has no last place for us: the list is drawn without. */
const READ_MS = 500
/** After the finger has left, or the list has stopped moving under it. */
const QUIET_MS = 1_000

export interface SettledPlace {
  /** The last place has been read, or nothing will come of it: the list can be drawn. */
  isSettled: Ref<boolean>
  /** From where lists are ordered. */
  from: ShallowRef<Fix | null>
  /** Where the phone is now, for the distances beside the names. */
  here: ComputedRef<Fix | null>
}

/** A place that lists are ordered from and that stays put: what is under the finger does not move away. */
export function useSettledPlace(fix: Readonly<ShallowRef<Fix | null>>): SettledPlace {
  const from = shallowRef<Fix | null>(null)
  const isSettled = ref(false)
  const quietIn = useQuiet()
  let timer: ReturnType<typeof setTimeout> | undefined

  function settle(place: Fix | null): void {
    if (isSettled.value) return
    from.value = place
    isSettled.value = true
  }
  /** With the newest fix, once nobody is touching. */
  function follow(): void {
    clearTimeout(timer)
    const next = fix.value
    if (!next || !isAway(next, from.value)) return
    const wait = quietIn()
    if (wait > 0) timer = setTimeout(follow, wait)
    else from.value = next
  }
  watch(fix, (next) => {
    if (!next) return
    void rememberFix(next)
    settle(next)
    follow()
  }, { immediate: true })
  onMounted(async () => settle(await inTime(lastFix())))
  onScopeDispose(() => clearTimeout(timer))
  return { isSettled, from, here: computed(() => fix.value ?? from.value) }
}

/** Farther than a walk across the yard, and than the fix may be wrong by. */
const isAway = (fix: Fix, from: Fix | null): boolean => from === null || distanceM(fix, from) > Math.max(FAR_M, fix.accuracyM)

/** Null where it fails or takes too long. */
function inTime(reading: Promise<Fix | null>): Promise<Fix | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, READ_MS, null))
  return Promise.race([reading.catch(() => null), late])
}

/** How long, in milliseconds, until the screen has been left alone; a finger that stays is asked after again. */
function useQuiet(): () => number {
  let fingers = 0
  let movedAt = -QUIET_MS
  const touched = (event: TouchEvent): void => {
    fingers = event.touches.length
    movedAt = performance.now()
  }
  const moved = (): void => {
    movedAt = performance.now()
  }
  const TOUCHES = ['touchstart', 'touchend', 'touchcancel'] as const
  const options = { capture: true, passive: true }
  onMounted(() => {
    for (const kind of TOUCHES) document.addEventListener(kind, touched, options)
    document.addEventListener('scroll', moved, options)
  })
  onScopeDispose(() => {
    for (const kind of TOUCHES) document.removeEventListener(kind, touched, options)
    document.removeEventListener('scroll', moved, options)
  })
  return () => (fingers > 0 ? QUIET_MS : movedAt + QUIET_MS - performance.now())
}
