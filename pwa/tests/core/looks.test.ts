// @vitest-environment happy-dom
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createStore } from '@/core/store'
import type * as Update from '@/core/update'
import { changeSettings, DEFAULTS, settings, startSettings } from '@/core/settings'
import { needs, isBeside, isOpen, stepsFrom } from '@/core/flow'

beforeEach(() => {
  localStorage.clear()
  sessionStorage.clear()
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('settings', () => {
  it('are set on the page and kept for the next start', () => {
    changeSettings({ textSize: 'huge', theme: 'sun' })
    const root = document.documentElement
    expect(root.dataset).toMatchObject({ theme: 'sun', text: 'huge' })
    expect(root.hasAttribute('data-large')).toBe(true)
    expect(root.style.getPropertyValue('--text-scale')).toBe('1.67')
    settings.set(DEFAULTS)
    startSettings()
    expect(settings.get()).toMatchObject({ textSize: 'huge', theme: 'sun', hasShortcuts: true })
  })

  it('start from the defaults when what was kept cannot be read', () => {
    localStorage.setItem('safegrid.settings', '{broken')
    startSettings()
    expect(settings.get()).toEqual(DEFAULTS)
    expect(document.documentElement.hasAttribute('data-large')).toBe(false)
  })
})

describe('store', () => {
  it('tells of changes only, and no longer after it was left', () => {
    const store = createStore(1)
    const heard: number[] = []
    const stop = store.subscribe((value) => heard.push(value))
    store.set(1)
    store.set(2)
    stop()
    store.set(3)
    expect([heard, store.get()]).toEqual([[2], 3])
  })
})

describe('flow', () => {
  it('knows what a step must bring, and which states are open', () => {
    expect(needs('verify').sort()).toEqual(['fresh_photo', 'rating'])
    expect(needs('escalate', 'reported')).toEqual([])
    expect(needs('escalate', 'escalated')).toEqual(['reason'])
    expect([isOpen('done'), isOpen('archived'), isBeside('urge'), isBeside('verify')]).toEqual([true, false, true, false])
    expect(stepsFrom('done').map((step) => step.action)).toContain('reject')
  })
})

/** A browser whose worker waits, and never takes over unless told so. */
async function browser({ isWaiting }: { isWaiting: boolean }): Promise<{ update: typeof Update; container: EventTarget; posted: unknown[]; reload: ReturnType<typeof vi.fn> }> {
  const posted: unknown[] = []
  const reload = vi.fn()
  const waiting = isWaiting ? { postMessage: (message: unknown) => posted.push(message) } : null
  const registration = Object.assign(new EventTarget(), { waiting, installing: null, update: () => Promise.resolve() })
  const container = Object.assign(new EventTarget(), { controller: {}, register: () => Promise.resolve(registration) })
  vi.stubGlobal('navigator', { serviceWorker: container })
  vi.stubGlobal('location', { reload })
  vi.resetModules()
  const update = await import('@/core/update')
  expect(await update.startOffline()).toBe(true)
  return { update, container, posted, reload }
}

describe('a new version', () => {
  it('waits while a draft is open and is applied when asked', async () => {
    const posted: unknown[] = []
    const waiting = { postMessage: (message: unknown) => posted.push(message) }
    const registration = Object.assign(new EventTarget(), { waiting, installing: null, update: () => Promise.resolve() })
    const container = Object.assign(new EventTarget(), { controller: {}, register: () => Promise.resolve(registration) })
    vi.stubGlobal('navigator', { serviceWorker: container })
    const { applyUpdate, holdUpdates, lookForUpdate, startOffline, update } = await import('@/core/update')
    expect(await startOffline()).toBe(true)
    expect(update.get()).toEqual({ isReady: true, holds: 0, isApplying: false })
    const release = holdUpdates()
    expect(applyUpdate()).toBe(false)
    release()
    release()
    expect(update.get().holds).toBe(0)
    expect(applyUpdate()).toBe(true)
    expect(posted).toEqual([{ type: 'SKIP_WAITING' }])
    await lookForUpdate()
    vi.stubGlobal('navigator', {})
    expect(await startOffline()).toBe(false)
    vi.unstubAllGlobals()
  })

  it('that does not take over is freed by loading the page anew, and once more where the old one answered', async () => {
    vi.useFakeTimers()
    const old = await browser({ isWaiting: true })
    expect(old.update.applyUpdate()).toBe(true)
    vi.advanceTimersByTime(3_999)
    expect(old.reload).not.toHaveBeenCalled()
    vi.advanceTimersByTime(1)
    expect(old.reload).toHaveBeenCalledOnce()
    const stale = await browser({ isWaiting: false })
    expect(stale.reload).toHaveBeenCalledOnce()
    const fresh = await browser({ isWaiting: false })
    expect(fresh.reload).not.toHaveBeenCalled()
  })

  it('that another window has brought comes when the draft is closed', async () => {
    const { update, container, reload } = await browser({ isWaiting: false })
    const release = update.holdUpdates()
    container.dispatchEvent(new Event('controllerchange'))
    expect(reload).not.toHaveBeenCalled()
    release()
    expect(reload).toHaveBeenCalledOnce()
  })
})
