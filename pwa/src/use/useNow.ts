import { onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { serverNow } from '@/core/contact'

const now = shallowRef(serverNow())
let watchers = 0
let timer: ReturnType<typeof setInterval> | undefined

/** The server's present time, moving every half minute while somebody looks. */
export function useNow(): ShallowRef<number> {
  now.value = serverNow()
  watchers += 1
  timer ??= setInterval(() => (now.value = serverNow()), 30_000)
  onScopeDispose(() => {
    watchers -= 1
    if (watchers > 0) return
    clearInterval(timer)
    timer = undefined
  })
  return now
}
