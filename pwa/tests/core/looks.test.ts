// @vitest-environment happy-dom
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createStore } from '@/core/store'
import { changeSettings, DEFAULTS, settings, startSettings } from '@/core/settings'
import { needs, isBeside, isOpen, stepsFrom } from '@/core/flow'

beforeEach(() => localStorage.clear())

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
})
