// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { CollectObject, GridView, ObjectView } from '@/contract'
import { account, openAccount } from '@/core/account'
import { session } from '@/core/session'
import type { CollectDraft } from '@/core/types'
import CollectPage from '@/field/collect/CollectPage.vue'
import LedgerPage from '@/field/ledger/LedgerPage.vue'
import { alikeOf, bundlesOn, finished, missingOf } from '@/field/collect/form'
import { isWorthy } from '@/field/shell/drafts'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const BACK = {
  id: 'shop', kind: 'individual_business', name: '老王修车铺', address: '运河街 12 号', credit_code: null, contact_name: '王老板',
  contact_phone: '13812341234', concerns: '有煤气瓶', lat: 34.56, lon: 117.73, grid: { id: 'g', name: '三网格' },
  confirmed_at: null, return_reason: '门牌号不对', bundle_id: null, is_key: false, sector: '',
} as unknown as ObjectView

const blank = (fields: CollectDraft['fields'], position: CollectDraft['position'] = null): CollectDraft =>
  ({ kind: 'collect', id: 'c', hazardId: 'o', photoIds: [], fields, position, occurredAt: 0, createdAt: 0, updatedAt: 0 })

describe('the form of a place', () => {
  it('needs what it is, a name, a grid, and words or a position for where', () => {
    expect(missingOf(blank({}))).toEqual(['kind', 'name', 'grid_id', 'where'])
    const known = { kind: 'household', name: '张三', grid_id: 'g' } as const
    expect(missingOf(blank({ ...known, name: '  ' }))).toEqual(['name', 'where'])
    expect(missingOf(blank({ ...known, address: '桥头' }))).toEqual([])
    expect(missingOf(blank(known, { lat: 1, lon: 2, source: 'gps' }))).toEqual([])
  })

  it('sends no blanks, and nothing for what is left empty', () => {
    const { fields } = finished(blank({ kind: 'ferry', name: ' 渡口 ', grid_id: 'g', contact_name: ' ', credit_code: '' }))
    expect(fields).toMatchObject({ name: '渡口', address: '', contact_name: null, contact_phone: null, credit_code: null })
  })

  it('says which of the three small it is and its bundle, and nothing of them if nobody has', () => {
    const of = (fields: CollectDraft['fields']) => finished(blank(fields)).fields
    expect(of({ kind: 'three_small_place', small_kind: 'small_shop', bundle_id: 'b' })).toMatchObject({ small_kind: 'small_shop', bundle_id: 'b' })
    expect(of({ kind: 'enterprise', small_kind: 'small_shop', bundle_id: null })).not.toHaveProperty('small_kind')
    expect(of({ kind: 'enterprise', bundle_id: null }).bundle_id).toBeNull()
    expect(of({ kind: 'enterprise' })).not.toHaveProperty('bundle_id')
    const bundle = { ...BACK, id: 'b', kind: 'bundle', closed_on: null } as ObjectView
    const known = [BACK, bundle, { ...bundle, id: 'shut', closed_on: '2026-01-01' }, { ...bundle, id: 'far', grid: { id: 'x', name: '' } }]
    expect(bundlesOn(known, 'g').map(({ id }) => id)).toEqual(['b'])
  })

  it('knows its likes by code anywhere, by name on the same grid, never itself', () => {
    const one = { ...BACK, credit_code: '91350100M000100Y43' }
    const told = (fields: CollectDraft['fields'], hazardId = 'o') => alikeOf([one], { ...blank(fields), hazardId }).length
    expect(told({ name: '老王 修车铺（东店）', grid_id: 'g' })).toBe(0)
    expect(told({ name: '老王·修车铺', grid_id: 'g' })).toBe(1)
    expect(told({ name: '老王修车铺', grid_id: 'other' })).toBe(0)
    expect(told({ name: '别的', grid_id: 'other', credit_code: '9135 0100m000100y43' })).toBe(1)
    expect(told({ name: '老王修车铺', grid_id: 'g' }, 'shop')).toBe(0)
    expect(told({ grid_id: 'g' })).toBe(0)
  })

  it('is worth keeping from the first word on, not for the grid that it begins with', () => {
    expect([isWorthy(blank({ grid_id: 'g' })), isWorthy(blank({ grid_id: 'g', name: '店' }))]).toEqual([false, true])
  })
})

describe('新增一处', () => {
  beforeEach(async () => {
    openAccount('ann')
    const seats = [{ role: 'gridworker', grid: { id: 'g', name: '三网格' } }]
    session.set({ me: { id: 'ann', seats, permissions: ['object:collect'] } as never, isFresh: true, isExpired: false })
    await account().db.grids.put({ id: 'g', name: '三网格' } as GridView)
  })
  afterEach(async () => {
    await Promise.all(account().db.tables.map((table) => table.clear()))
  })
  async function settled(): Promise<void> {
    for (let n = 0; n < 6; n += 1) await new Promise((done) => setTimeout(done, 5))
    await flushPromises()
  }
  async function open(path: string, id?: string): Promise<VueWrapper> {
    await router.push(path)
    const page = mount(CollectPage, { props: id ? { id } : {}, global: { plugins: [router] }, attachTo: document.body })
    await settled()
    return page
  }
  const send = async (page: VueWrapper) => {
    await page.findAll('footer button').at(-1)?.trigger('click')
    await settled()
  }
  const type = (page: VueWrapper, label: string, words: string) => {
    const id = page.findAll('label').find((one) => one.text() === label)?.attributes('for')
    return page.get(`[id="${id}"]`).setValue(words)
  }
  const queued = async () => (await account().outbox.items()).map(({ body, path }) => ({ path, body: JSON.parse(body ?? '') as CollectObject }))

  it('says what is missing, goes on after the app has died, and stands in line', async () => {
    let page = await open('/collect')
    await send(page)
    expect(page.get('[role=alert]').text()).toBe('选一下是什么')
    await page.get('input[value=three_small_place]').setValue(true)
    await type(page, '名称', '老王修车铺')
    await type(page, '在哪里', '运河街 12 号')
    await settled()
    page.unmount()

    const [draft] = await account().drafts.list()
    page = await open(`/collect/${draft?.id}`, draft?.id)
    expect((page.get('input[maxlength="80"]').element as HTMLInputElement).value).toBe('老王修车铺')
    await send(page)
    expect(await queued()).toMatchObject([{ body: { kind: 'three_small_place', name: '老王修车铺', grid_id: 'g', position: null } }])
    expect(await account().drafts.list()).toEqual([])
    page.unmount()
  })

  it('is told in the ledger while it is unsent, and what comes in meanwhile is shown', async () => {
    await account().db.meta.put({ key: 'rules', value: { categories: [] } })
    await account().db.objects.put(BACK)
    const fields = { kind: 'ferry', name: '渡口', grid_id: 'g', address: '河边' } as const
    await account().outbox.enqueueCollection(account().drafts.newCollection(fields))
    await router.push('/ledger?object=shop')
    const page = mount(LedgerPage, { global: { plugins: [router] }, attachTo: document.body })
    await vi.waitFor(() => expect(page.get('.unsent').text()).toBe('1 处还没上传'))
    await vi.waitFor(() => expect(page.get('dialog').text()).toContain('退回：门牌号不对'))
    expect(page.get('dialog a').attributes('href')).toBe('/collect?object=shop')
    await account().db.objects.put({ ...BACK, confirmed_at: '2026-11-26T00:00:00Z', return_reason: null })
    await vi.waitFor(() => expect(page.get('dialog').text()).not.toContain('退回'))
    page.unmount()
  })

  it('corrects what was sent back, under its own id', async () => {
    await account().db.objects.put(BACK)
    const page = await open('/collect?object=shop')
    expect(page.get('[role=note]').text()).toContain('退回：门牌号不对')
    await type(page, '在哪里', '运河街 21 号')
    await send(page)
    const [one] = await queued()
    expect(one?.path).toMatch(/^\/api\/objects\/shop\/collections\//)
    expect(one?.body).toMatchObject({ address: '运河街 21 号', contact_phone: '13812341234', concerns: '有煤气瓶', position: { lat: 34.56, source: 'place' } })
    page.unmount()
  })
})
