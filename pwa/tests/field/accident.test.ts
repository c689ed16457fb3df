// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { AccidentRow, ObjectView, SupplementAccident } from '@/contract'
import { account, openAccount } from '@/core/account'
import { newAccident, saveDraft } from '@/core/drafts'
import { enqueueAccident } from '@/core/outbox'
import { session } from '@/core/session'
import type { AccidentFields } from '@/core/types'
import AccidentPage from '@/field/accident/AccidentPage.vue'
import { isWorthy } from '@/field/shell/drafts'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const FIRE = { id: 'fire', kind: 'fire', place: '老王修车铺', object: null, village: null, dead: null, injured: 2, missing: 0 } as unknown as AccidentRow

async function settled(): Promise<void> {
  for (let n = 0; n < 6; n += 1) await new Promise((done) => setTimeout(done, 5))
  await flushPromises()
}
async function open(path: string, id?: string): Promise<VueWrapper> {
  await router.push(path)
  const page = mount(AccidentPage, { props: id ? { id } : {}, global: { plugins: [router] }, attachTo: document.body })
  await settled()
  return page
}
const tap = (page: VueWrapper, label: string) => page.get(`button[aria-label="${label}"]`).trigger('click')
const outputs = (page: VueWrapper) => page.findAll('output').map((one) => one.text())
async function send(page: VueWrapper): Promise<void> {
  await page.findAll('footer button').at(-1)?.trigger('click')
  await settled()
}
const queued = async () => (await account().outbox.items()).map(({ path, body }) => ({ path, body: JSON.parse(body ?? '') as SupplementAccident }))

beforeEach(async () => {
  openAccount('ann')
  session.set({ me: { id: 'ann', seats: [{ grid: { id: 'g', name: '三网格' } }], permissions: [] } as never, isFresh: true, isExpired: false })
  await account().db.meta.put({ key: 'accidents', value: [FIRE] })
})
afterEach(async () => {
  vi.restoreAllMocks()
  document.body.innerHTML = ''
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

describe('补报 on the phone', () => {
  it('counts on from how many are known, and says only what has changed', async () => {
    const page = await open('/accident?of=fire')
    expect(page.text()).toContain('补报：火灾，老王修车铺')
    expect(page.text()).toContain('现在一共有多少人伤亡')
    expect(outputs(page)).toEqual(['—', '2', '0'])
    await tap(page, '受伤加一人')
    await tap(page, '失联加一人')
    await tap(page, '失联减一人')
    await send(page)
    const [{ body, path } = { body: {}, path: '' }] = await queued()
    expect(path).toContain('/api/accidents/fire/reports/')
    expect(body).toMatchObject({ injured: 3 })
    expect(body).not.toHaveProperty('missing')
    page.unmount()
  })

  it('counts on from what this phone has said and not sent', async () => {
    await enqueueAccident(await saveDraft(newAccident({ injured: 4 }, 'fire')))
    const page = await open('/accident?of=fire')
    expect(outputs(page)).toEqual(['—', '4', '0'])
    page.unmount()
  })

  it('adds to the accident that was meant, though this phone has no copy of it', async () => {
    await account().db.meta.clear()
    vi.spyOn(account().db.meta, 'get').mockReturnValue(Promise.reject(new Error('gone')) as never)
    const page = await open('/accident?of=unheard')
    await tap(page, '死亡加一人')
    await send(page)
    expect(await queued()).toMatchObject([{ path: expect.stringContaining('/api/accidents/unheard/reports/') as string, body: { dead: 1 } }])
    page.unmount()
  })

  it('whose draft is lost still adds to the same accident', async () => {
    const replaced = vi.spyOn(history, 'replaceState')
    const page = await open('/accident?of=fire')
    expect(replaced.mock.calls.at(-1)?.[2]).toMatch(/^\/field\/accident\/[^?]+\?of=fire$/)
    page.unmount()
  })

  it('is worth keeping when it says that nobody is', () => {
    expect(isWorthy(newAccident({ missing: 0 }, 'fire'))).toBe(true)
    expect(isWorthy(newAccident({ grid_id: 'g' }))).toBe(false)
  })
})

describe('what is said on the phone', () => {
  it('asks an empty supplement for news, not for the injured', async () => {
    const page = await open('/accident?of=fire')
    await send(page)
    expect(page.get('[role=alert]').text()).toBe('至少填一项新情况')
    page.unmount()
  })
  it('offers the county on duty only where there is such a number, never the help line of the product', async () => {
    session.set({ ...session.get(), me: { ...session.get().me, county: { help_phone: '0632-1111111' } } as never })
    const numbers = async () => {
      const page = await open('/accident')
      const found = page.findAll('a[href^="tel:"]').map((one) => one.attributes('href'))
      page.unmount()
      return found
    }
    expect(await numbers()).toEqual(['tel:119', 'tel:120', 'tel:110'])
    await account().db.meta.put({ key: 'rules', value: { categories: [], duty_phone: '0632-3312350' } })
    expect(await numbers()).toEqual(['tel:119', 'tel:120', 'tel:110', 'tel:0632-3312350'])
  })
})

describe('a draft that is opened again elsewhere', () => {
  const AWAY = { lat: 34.9, lon: 117.2, accuracy_m: 9, source: 'gps' } as const
  const SHOP = { id: 'shop', kind: 'individual_business', name: '老王修车铺', lat: 34.56, lon: 117.73, grid: { id: 'g', name: '三网格' } } as unknown as ObjectView
  const HOUR = 3_600_000

  beforeEach(async () => {
    const here = { coords: { latitude: 34.56, longitude: 117.73, accuracy: 5 }, timestamp: 0 } as GeolocationPosition
    const geolocation = { watchPosition: (found: PositionCallback) => (found(here), 1), clearWatch: () => undefined }
    Object.defineProperty(navigator, 'geolocation', { configurable: true, value: geolocation })
    await account().db.objects.put(SHOP)
  })
  afterEach(() => Reflect.deleteProperty(navigator, 'geolocation'))

  async function reopened(fields: AccidentFields, ageMs: number) {
    const { id } = await saveDraft({ ...newAccident(fields), occurredAt: Date.now() - ageMs })
    const page = await open(`/accident/${id}`, id)
    page.unmount()
    const draft = await account().drafts.load(id)
    return draft?.kind === 'accident' ? draft.fields : {}
  }

  it('keeps where it happened and the place that was chosen', async () => {
    expect(await reopened({ kind: 'fire', position: AWAY, place: '桥头' }, HOUR)).toMatchObject({ position: AWAY, place: '桥头' })
    expect(await reopened({ kind: 'fire', place: '桥头' }, 0)).toMatchObject({ position: { lat: 34.56 }, place: '桥头' })
  })
  it('takes the position and the nearest place while nobody has said another', async () => {
    expect(await reopened({ kind: 'fire' }, HOUR)).toMatchObject({ position: { lat: 34.56 }, object_id: 'shop', place: '老王修车铺' })
    expect(await reopened({ kind: 'fire', position: AWAY }, 0)).toMatchObject({ position: { lat: 34.56 } })
  })
})
