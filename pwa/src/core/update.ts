/** A new version waits for the person: applied when asked, and never while a draft is open. */
import { createStore } from '@/core/store'

export interface UpdateState {
  isReady: boolean
  /** Open drafts: reasons not to reload now. */
  holds: number
  /** Asked for; the browser changes the worker in its own time. */
  isApplying: boolean
}

/** Chromium may leave the new worker waiting when a request reaches the old one in that very moment; a reload frees it. */
const PATIENCE_MS = 4_000
/** In the session's storage: the page was loaded anew by impatience, perhaps still the old one. */
const FREED = 'update-freed'

export const update = createStore<UpdateState>({ isReady: false, holds: 0, isApplying: false })
let registration: ServiceWorkerRegistration | null = null
/** Another version serves this page already: it belongs to a program that is gone. */
let isBehind = false

/** Registers the service worker of the field app; answers whether this browser has any. */
export async function startOffline(url = '/field/sw.js', scope = '/field/'): Promise<boolean> {
  if (!('serviceWorker' in navigator)) return false
  if (navigator.serviceWorker.controller) navigator.serviceWorker.addEventListener('controllerchange', fallBehind)
  try {
    registration = await navigator.serviceWorker.register(url, { scope, updateViaCache: 'none' })
  } catch {
    return false
  }
  noteWaiting(registration)
  comeAfter(registration)
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
    if (!isHeld) return
    isHeld = false
    change({ holds: update.get().holds - 1 })
    if (isBehind) reload()
  }
}

/** Activates the waiting version and reloads. Answers false, and does nothing, while something is open. */
export function applyUpdate(): boolean {
  const waiting = registration?.waiting
  if (!waiting || update.get().holds > 0) return false
  change({ isApplying: true })
  waiting.postMessage({ type: 'SKIP_WAITING' })
  setTimeout(free, PATIENCE_MS)
  return true
}

function free(): void {
  if (update.get().holds === 0) sessionStorage.setItem(FREED, '1')
  reload()
}

/** The reload that frees the new worker is still answered by the old one; the next is not. */
function comeAfter(present: ServiceWorkerRegistration): void {
  if (!sessionStorage.getItem(FREED)) return
  sessionStorage.removeItem(FREED)
  if (!present.waiting) fallBehind()
}

function fallBehind(): void {
  isBehind = true
  reload()
}

/** Never while a draft is open: then when it is closed, or when asked again. */
function reload(): void {
  if (update.get().holds === 0) location.reload()
  else change({ isApplying: false })
}

function noteWaiting(present: ServiceWorkerRegistration): void {
  if (present.waiting && navigator.serviceWorker.controller) change({ isReady: true })
}

function change(part: Partial<UpdateState>): void {
  update.set({ ...update.get(), ...part })
}
