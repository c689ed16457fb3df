/** A new version waits for the person: applied when asked, and never while a draft is open. */
import { createStore } from '@/core/store'

export interface UpdateState {
  isReady: boolean
  /** Open drafts: reasons not to reload now. */
  holds: number
}

export const update = createStore<UpdateState>({ isReady: false, holds: 0 })
let registration: ServiceWorkerRegistration | null = null

/** Registers the service worker of the field app; answers whether this browser has any. */
export async function startOffline(url = '/field/sw.js', scope = '/field/'): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false
  try {
    registration = await navigator.serviceWorker.register(url, { scope, updateViaCache: 'none' })
  } catch {
    return false
  }
  noteWaiting(registration)
  registration.addEventListener('updatefound', () => {
    const arriving = registration?.installing
    arriving?.addEventListener('statechange', () => registration && noteWaiting(registration))
  })
  return true
}

/** Look for a new version: at start, and when the app becomes visible. */
export async function lookForUpdate(): Promise<void> {
  await registration?.update().catch(() => undefined)
}

/** Call when a draft opens; call the answer when it is closed. */
export function holdUpdates(): () => void {
  change({ holds: update.get().holds + 1 })
  let isHeld = true
  return () => {
    if (isHeld) change({ holds: update.get().holds - 1 })
    isHeld = false
  }
}

/** Activates the waiting version and reloads. Answers false, and does nothing, while something is open. */
export function applyUpdate(): boolean {
  const waiting = registration?.waiting
  if (!waiting || update.get().holds > 0) return false
  navigator.serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  waiting.postMessage({ type: 'SKIP_WAITING' })
  return true
}

function noteWaiting(present: ServiceWorkerRegistration): void {
  if (present.waiting && navigator.serviceWorker.controller) change({ isReady: true })
}

function change(part: Partial<UpdateState>): void {
  update.set({ ...update.get(), ...part })
}
