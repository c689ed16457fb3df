import { computed, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { contact } from '@/core/contact'
import { agoWords } from '@/core/clock'
import { useStore } from './useStore'

/** Below this age of the last contact the phone counts as online. */
const RECENT_MS = 90_000

/** `navigator.onLine` lies; the last answer of the server does not. */
export function useOnline(): {
  lastAt: ComputedRef<number | null>
  isRecent: ComputedRef<boolean>
  /** For `t(ago.key, ago.params)`: 「3 分钟前」. */
  ago: ComputedRef<ReturnType<typeof agoWords>>
  /** Device time, every 15 s; for deadlines too. */
  now: Readonly<ShallowRef<number>>
} {
  const heard = useStore(contact)
  const now = shallowRef(Date.now())
  const timer = setInterval(() => (now.value = Date.now()), 15_000)
  onScopeDispose(() => clearInterval(timer))
  const lastAt = computed(() => heard.value.lastAt)
  return {
    lastAt,
    isRecent: computed(() => lastAt.value !== null && now.value - lastAt.value < RECENT_MS),
    ago: computed(() => agoWords(lastAt.value, Math.max(now.value, lastAt.value ?? 0))),
    now,
  }
}
