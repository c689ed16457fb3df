// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { account, openAccount } from '@/core/account'
import { session } from '@/core/session'
import type { Fix } from '@/core/types'
import PatrolLine from '@/field/home/PatrolLine.vue'
import LedgerPage from '@/field/ledger/LedgerPage.vue'
import PatrolsPage from '@/field/patrols/PatrolsPage.vue'
import { lastFix, rememberFix } from '@/field/shell/lastFix'
import { useSettledPlace, type SettledPlace } from '@/field/shell/useSettledPlace'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const HOME = { lat: 34.56, lon: 117.73 }
/** Metres to the north of home; a degree of latitude is 111.2 km. */
const north = (metres: number) => ({ ...HOME, lat: HOME.lat + metres / 111_195 })
const fixAt = (metres: number, accuracyM = 10): Fix => ({ ...north(metres), accuracyM, at: Date.now() })
const touch = (kind: string, fingers: number): void => {
  document.dispatchEvent(Object.assign(new Event(kind), { touches: Array.from({ length: fingers }) }))
}

beforeEach(() => {
  openAccount('ann')
  session.set({ me: { id: 'ann', seats: [{ grid: { id: 'g', name: '三网格' } }], permissions: [] } as never, isFresh: true, isExpired: false })
})
afterEach(async () => {
  vi.restoreAllMocks()
  vi.useRealTimers()
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

describe('the place that lists are ordered from', () => {
  function open(fix = shallowRef<Fix | null>(null)) {
    let place!: SettledPlace
    const page = mount(defineComponent({ setup: () => ((place = useSettledPlace(fix)), () => h('i')) }))
    return { place, fix, close: () => page.unmount() }
  }
  /** Until the phone's database has answered. */
  async function settled(last?: Fix) {
    if (last) await rememberFix(last)
    const opened = open()
    expect(opened.place.isSettled.value).toBe(false)
    await vi.waitFor(() => expect(opened.place.isSettled.value).toBe(true))
    return opened
  }

  it('is the last known one, and not settled before that has been read', async () => {
    const { place, close } = await settled(fixAt(0))
    expect(place.from.value).toMatchObject(HOME)
    close()
  })

  it('is none where the reading fails', async () => {
    vi.spyOn(account().db.meta, 'get').mockRejectedValue(new Error('closed'))
    const { place, close } = await settled()
    expect(place.from.value).toBeNull()
    close()
  })

  it('is none where the reading takes too long, also when it answers in the end', async () => {
    vi.useFakeTimers()
    vi.spyOn(account().db.meta, 'get').mockReturnValue(new Promise((done) => setTimeout(done, 5_000, { key: '', value: fixAt(0) })) as never)
    const { place, close } = open()
    await vi.advanceTimersByTimeAsync(400)
    expect(place.isSettled.value).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    expect([place.isSettled.value, place.from.value]).toEqual([true, null])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(place.from.value).toBeNull()
    close()
  })

  it('is the first fix of a phone that knows none, and the first fix where that is quicker than the reading', async () => {
    const { place, fix, close } = await settled()
    fix.value = fixAt(3)
    await flushPromises()
    expect(place.from.value).toMatchObject(north(3))
    close()
    const quick = open(shallowRef<Fix | null>(fixAt(80)))
    expect([quick.place.isSettled.value, quick.place.from.value?.lat]).toEqual([true, north(80).lat])
    quick.close()
  })

  it('stays while the phone is near it, or may be; how far things are is told from where the phone is', async () => {
    const { place, fix, close } = await settled(fixAt(0))
    for (const [metres, accuracy, isFollowed] of [[45, 10, false], [300, 400, false], [55, 10, true]] as const) {
      fix.value = fixAt(metres, accuracy)
      await flushPromises()
      expect(place.here.value).toMatchObject(north(metres))
      expect(place.from.value?.lat).toBe(isFollowed ? north(metres).lat : HOME.lat)
    }
    close()
  })

  it('waits until the finger has been gone for a moment', async () => {
    const { place, fix, close } = await settled(fixAt(0))
    vi.useFakeTimers()
    touch('touchstart', 1)
    await vi.advanceTimersByTimeAsync(3_000)
    fix.value = fixAt(200)
    await vi.advanceTimersByTimeAsync(3_000)
    fix.value = fixAt(400)
    await vi.advanceTimersByTimeAsync(500)
    touch('touchend', 0)
    await vi.advanceTimersByTimeAsync(900)
    expect(place.from.value).toMatchObject(HOME)
    await vi.advanceTimersByTimeAsync(1_100)
    expect(place.from.value).toMatchObject(north(400))
    close()
  })

  it('is kept for the next time', async () => {
    const { fix, close } = await settled()
    fix.value = fixAt(70)
    await vi.waitFor(async () => expect(await lastFix()).toMatchObject(north(70)))
    close()
  })
})

describe('a list on the phone', () => {
  let move: (fix: Fix) => void = () => undefined
  beforeEach(() => {
    const watchPosition = (told: (position: GeolocationPosition) => void): number => {
      move = ({ lat, lon, accuracyM, at }) => told({ coords: { latitude: lat, longitude: lon, accuracy: accuracyM }, timestamp: at } as never)
      return 1
    }
    Object.defineProperty(navigator, 'geolocation', { configurable: true, value: { watchPosition, clearWatch: () => undefined } })
  })
  afterEach(() => {
    Reflect.deleteProperty(navigator, 'geolocation')
  })

  /** Forty metres to the north, and fifty to the south: a few steps change which is nearer. */
  const SHOPS = [{ id: '北店', ...north(40) }, { id: '南店', ...north(-50) }]
  const task = (id: string, at: object) => ({ id, due_on: '2026-11-23', original_due_on: '2026-11-23', duty: '巡查', rollovers: 0, grid: null, object: { id, name: id, ...at }, members: [] }) as never
  async function know(): Promise<void> {
    const blank = { kind: 'enterprise', address: '', sector: '', credit_code: null, bundle_id: null, is_key: false, confirmed_at: 'x', grid: { id: 'g', name: '三网格' } }
    await account().db.objects.bulkPut(SHOPS.map((shop) => ({ ...blank, ...shop, name: shop.id }) as never))
    await account().db.tasks.bulkPut(SHOPS.map(({ id, ...at }) => task(id, at)))
    await account().db.meta.bulkPut([{ key: 'rules', value: { categories: [] } }, { key: 'list_ids', value: [] }])
    await rememberFix(fixAt(0))
  }

  it.each([['台账', LedgerPage], ['巡查', PatrolsPage]])('%s is drawn once, and turns round only for who has walked on', async (_, Page) => {
    await know()
    const seen = new Set<string>()
    const page = mount(Page, { global: { plugins: [router] }, attachTo: document.body })
    const order = (): string => page.findAll('.list > li').map((row) => /[北南]店/.exec(row.text())?.[0]).join('')
    const watcher = new MutationObserver(() => seen.add(order()))
    watcher.observe(page.element, { childList: true, subtree: true, characterData: true })
    await vi.waitFor(() => expect(order()).toBe('北店南店'))
    move({ ...fixAt(-30), at: 1 })
    await vi.waitFor(() => expect(page.text()).toMatch(/约 20 米/))
    expect(order()).toBe('北店南店')
    move({ ...fixAt(-80), accuracyM: 5, at: 2 })
    await vi.waitFor(() => expect(order()).toBe('南店北店'))
    expect([...seen].filter(Boolean)).toEqual(['北店南店', '南店北店'])
    watcher.disconnect()
    page.unmount()
  })

  it('is not drawn by name before the last place has been read', async () => {
    await know()
    let read: (row: unknown) => void = () => undefined
    const { meta } = account().db
    const get = meta.get.bind(meta)
    vi.spyOn(meta, 'get').mockImplementation(((key: string) => (key === 'patrol.last_fix' ? new Promise((done) => (read = done)) : get(key))) as never)
    for (const Page of [LedgerPage, PatrolsPage, PatrolLine]) {
      const page = mount(Page, { global: { plugins: [router] }, attachTo: document.body })
      await new Promise((done) => setTimeout(done, 200))
      await flushPromises()
      expect(page.text()).not.toMatch(/[北南]店/)
      read({ key: 'patrol.last_fix', value: fixAt(-30) })
      await vi.waitFor(() => expect(page.text()).toMatch(/南店/))
      expect(page.text()).not.toMatch(/北店.*南店/)
      page.unmount()
    }
  })

  it('is searched at once, whatever the place does', async () => {
    await know()
    const page = mount(LedgerPage, { global: { plugins: [router] }, attachTo: document.body })
    await vi.waitFor(() => expect(page.findAll('.list > li')).toHaveLength(2))
    touch('touchstart', 1)
    await page.get('input[type=search]').setValue('南')
    expect(page.findAll('.list > li').map((row) => row.text())).toMatchObject([expect.stringContaining('南店')])
    touch('touchend', 0)
    page.unmount()
  })
})
