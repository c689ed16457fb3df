// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ObjectView } from '@/contract'
import { account, openAccount } from '@/core/account'
import { session } from '@/core/session'
import LedgerPage from '@/field/ledger/LedgerPage.vue'
import { canCall, listOf, membersOf, NO_FILTER } from '@/field/ledger/list'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const HERE = { lat: 34.56, lon: 117.73 }

function place(name: string, part: Partial<ObjectView> = {}): ObjectView {
  const blank = { kind: 'enterprise', address: '', sector: '', credit_code: null, bundle_id: null, lat: null, lon: null }
  const rest = { contact_name: null, contact_phone: null, is_key: false, confirmed_at: '2026-01-01T00:00:00Z', grid: { id: 'g', name: '三网格' } }
  return { id: name, name, ...blank, ...rest, ...part } as ObjectView
}
const names = (some: ReturnType<typeof listOf>): string[] => some.map(({ object }) => object.name)
const STREET = [place('沿街', { kind: 'bundle' }), place('二店', { bundle_id: '沿街' }), place('一店', { bundle_id: '沿街', is_key: true })]

describe('the ledger of the phone', () => {
  it('has the nearest first, what has no position after it by name', () => {
    const far = place('远', { lat: 34.6, lon: 117.73 })
    const near = place('近', { lat: 34.561, lon: 117.73 })
    const all = [place('乙'), far, place('甲'), near]
    expect(names(listOf(all, NO_FILTER, HERE))).toEqual(['近', '远', '甲', '乙'])
    expect(listOf(all, NO_FILTER, null).every(({ metres }) => metres === null)).toBe(true)
  })

  it('keeps members in their bundle, but a search finds each', () => {
    expect(listOf(STREET, NO_FILTER, null)).toMatchObject([{ object: { name: '沿街' }, members: 2 }])
    expect(names(listOf(STREET, { ...NO_FILTER, text: '店' }, null)).sort()).toEqual(['一店', '二店'])
    expect(names(listOf(STREET, { ...NO_FILTER, isKey: true }, null))).toEqual(['一店'])
    expect(membersOf(STREET, STREET[0] as ObjectView)).toHaveLength(2)
  })

  it('hides nobody whose bundle is not on this phone', () => {
    expect(names(listOf([place('孤店', { bundle_id: '别处' })], NO_FILTER, null))).toEqual(['孤店'])
  })

  it('searches names, addresses and codes, however they are written', () => {
    const all = [place('运河饭馆'), place('甲', { address: '运河街 1 号' }), place('乙', { credit_code: '92370405MA00000152' })]
    expect(names(listOf(all, { ...NO_FILTER, text: ' 运河 ' }, null)).sort()).toEqual(['甲', '运河饭馆'].sort())
    expect(names(listOf(all, { ...NO_FILTER, text: '405ma' }, null))).toEqual(['乙'])
    const waiting = [place('新', { confirmed_at: null }), place('旧')]
    expect(names(listOf(waiting, { ...NO_FILTER, isUnconfirmed: true }, null))).toEqual(['新'])
  })

  it('calls whole numbers only', () => {
    expect(['13812341234', '0632-6611234', '138****1234', '', null].map(canCall)).toEqual([true, true, false, false, false])
  })
})

describe('台账', () => {
  beforeEach(() => {
    openAccount('ann')
    session.set({ me: { id: 'ann', seats: [], permissions: [] } as never, isFresh: true, isExpired: false })
  })
  afterEach(async () => {
    await Promise.all(account().db.tables.map((table) => table.clear()))
  })

  /** Until the phone's database has answered. */
  async function settled(): Promise<void> {
    for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 5))
    await flushPromises()
  }
  const open = async () => {
    const page = mount(LedgerPage, { global: { plugins: [router] }, attachTo: document.body })
    await settled()
    return page
  }
  const know = async (objects: ObjectView[]) => {
    await account().db.objects.bulkPut(objects)
    await account().db.meta.put({ key: 'rules', value: { categories: [] } })
  }

  it('says that nothing has come yet, not that there is nothing', async () => {
    const page = await open()
    expect(page.text()).toContain('还没下载到手机')
    await know([])
    await settled()
    expect(page.text()).toContain('还没有登记过什么')
    page.unmount()
  })

  it('shows what the phone has without a network; one can be called, and its bundle looked into', async () => {
    await know([...STREET, place('运河饭馆', { contact_name: '王老板', contact_phone: '13812341234', confirmed_at: null })])
    const page = await open()
    expect(page.findAll('li .name').map((one) => one.text())).toEqual(expect.arrayContaining(['沿街', '运河饭馆']))
    await page.findAll('li button').find((one) => one.text().includes('运河饭馆'))?.trigger('click')
    expect(page.get('dialog').text()).toContain('还没有经村（社区）或镇街确认')
    expect(page.get('dialog a').attributes('href')).toBe('tel:13812341234')
    await page.findAll('dialog button').at(-1)?.trigger('click')
    await page.findAll('.list button').find((one) => one.text().includes('沿街'))?.trigger('click')
    expect(page.find('dialog a').exists()).toBe(false)
    await page.findAll('dialog li button').find((one) => one.text() === '一店')?.trigger('click')
    expect(page.get('dialog h2').text()).toBe('一店')
    expect(page.get('dialog').text()).toContain('和「沿街」一起看')
    page.unmount()
  })

  it('shows thirty, and more when asked', async () => {
    await know(Array.from({ length: 35 }, (_, n) => place(`店${n}`)))
    const page = await open()
    expect(page.findAll('.list > li')).toHaveLength(30)
    await page.get('.more').trigger('click')
    expect(page.findAll('.list > li')).toHaveLength(35)
    page.unmount()
  })
})
