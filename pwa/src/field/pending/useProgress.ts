import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type Ref } from 'vue'

/** 「已传 3/7」 of the run that is going on; the screen stays awake while much is on its way. */
export function useProgress(isSending: Ref<boolean>, left: Ref<number>, bytes: Ref<number>): ComputedRef<{ done: number; all: number } | null> {
  const all = shallowRef(0)
  watch(
    [isSending, left],
    ([is, count]) => {
      if (is) all.value = Math.max(all.value, count)
      else if (count === 0) all.value = 0
    },
    { immediate: true },
  )
  useAwake(() => isSending.value && bytes.value > LARGE)
  return computed(() => (all.value > 0 ? { done: all.value - left.value, all: all.value } : null))
}

const LARGE = 1024 ** 2

/** Uploads stop when the screen sleeps. */
function useAwake(wanted: () => boolean): void {
  let lock: WakeLockSentinel | null = null
  async function follow(is: boolean): Promise<void> {
    if (is && !lock) lock = (await navigator.wakeLock?.request('screen').catch(() => null)) ?? null
    if (!is) await release()
  }
  async function release(): Promise<void> {
    const held = lock
    lock = null
    await held?.release().catch(() => undefined)
  }
  watch(wanted, (is) => void follow(is), { immediate: true })
  onScopeDispose(() => void release())
}
