import { onScopeDispose } from 'vue'

/** Runs `work` now and every `ms` while the page is visible; overlapping runs are skipped. */
export function usePolling(work: () => Promise<void> | void, ms = 30_000): { now(): Promise<void> } {
  let isRunning = false
  const now = async (): Promise<void> => {
    if (isRunning || document.visibilityState === 'hidden') return
    isRunning = true
    try {
      await work()
    } catch {
      // The next turn tries again; the page shows what it has.
    } finally {
      isRunning = false
    }
  }
  const onVisible = () => void now()
  const timer = setInterval(onVisible, ms)
  document.addEventListener('visibilitychange', onVisible)
  onScopeDispose(() => {
    clearInterval(timer)
    document.removeEventListener('visibilitychange', onVisible)
  })
  void now()
  return { now }
}
