// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ObjectView } from '@/contract'
import { account, openAccount } from '@/core/account'
import { saveDraft } from '@/core/drafts'
import { MOST_OBJECTS } from '@/core/pull'
import { session } from '@/core/session'
import type { VisitDraft } from '@/core/types'
import LedgerPage from '@/field/ledger/LedgerPage.vue'
import { canCall, listOf, membersOf, NO_FILTER } from '@/field/ledger/list'
import { begin } from '@/field/visit/begin'

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

  it('says so when the ground holds more than the phone', async () => {
    await know(Array.from({ length: MOST_OBJECTS - 1 }, (_, n) => place(`店${n}`)))
    const page = await open()
    await vi.waitFor(() => expect(page.text()).toContain(`共 ${MOST_OBJECTS - 1} 处`))
    expect(page.text()).not.toContain('最多存')
    await know([place('末一家')])
    await vi.waitFor(() => expect(page.text()).toContain(`最多存 ${MOST_OBJECTS} 处`))
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

  it('leads to the task of a place, to a look that nobody asked for, and nowhere on other ground', async () => {
    session.set({ me: { id: 'ann', seats: [{ grid: { id: 'g' } }], permissions: ['visit:make'] } as never, isFresh: true, isExpired: false })
    await know([place('粮站'), place('饭馆'), place('邻村店', { grid: { id: 'h', name: '四网格' } as never }), STREET[0] as ObjectView])
    await account().db.tasks.put({ id: 't', object: { id: '粮站' }, members: [] } as never)
    await account().db.checklists.bulkPut(['v', 'w'].map((id) => ({ id, key: id, number: 1, name: id, items: [] }) as never))
    await account().db.meta.put({ key: 'list_ids', value: ['v', 'w'] })
    const page = await open()
    const ways: (string | undefined)[] = []
    for (const name of ['粮站', '饭馆', '邻村店', '沿街']) {
      await page.findAll('.list button').find((one) => one.text().includes(name))?.trigger('click')
      ways.push(page.findAll('dialog a').map((one) => one.attributes('href'))[0])
    }
    expect(ways).toEqual(['/visit?task=t', `/visit?object=${encodeURIComponent('饭馆')}`, undefined, undefined])
    page.unmount()
  })

  it('begins that look with the list that the person chooses, and goes on with it', async () => {
    await know([place('饭馆')])
    await account().db.checklists.bulkPut(['v', 'w'].map((id) => ({ id, key: id, number: 1, name: id, items: [] }) as never))
    await account().db.meta.put({ key: 'list_ids', value: ['v', 'w'] })
    const wanted = { id: undefined, taskId: undefined, objectId: '饭馆' }
    expect(await begin({ ...wanted, listId: undefined }, null)).toMatchObject({ choices: [{ id: 'v' }, { id: 'w' }] })
    const begun = await begin({ ...wanted, listId: 'w' }, null)
    const draft = begun && 'draft' in begun ? begun.draft : null
    expect(draft).toMatchObject({ taskId: null, objectId: '饭馆', gridId: 'g', versionId: 'w', title: '饭馆' })
    await saveDraft(draft as VisitDraft)
    expect(await begin({ ...wanted, listId: undefined }, null)).toMatchObject({ draft: { id: draft?.id } })
    expect(await begin({ ...wanted, objectId: '别处', listId: 'w' }, null)).toBeNull()
  })

  it('asks of a bundle what is meant for one of its members, and stays with it when the ledger is told otherwise', async () => {
    const items = [{ code: 'a', applies_to: { kinds: ['household'] } }, { code: 'b', applies_to: {} }, { code: 'c', applies_to: { kinds: ['ferry'] } }]
    await account().db.checklists.put({ id: 'v', key: 'v', number: 1, name: 'v', items } as never)
    await account().db.meta.put({ key: 'list_ids', value: ['v'] })
    const known = { kind: 'bundle', grid: { id: 'g' }, closed_on: null, confirmed_at: 'x', bundle_id: null }
    await know([{ ...known, id: '街', name: '街' }, { ...known, id: '甲', name: '甲', kind: 'household', bundle_id: '街' }] as never)
    const wanted = { id: undefined, taskId: undefined, objectId: '街', listId: undefined }
    const begun = await begin(wanted, null)
    expect(begun).toMatchObject({ draft: { asked: ['a', 'b'] }, list: { items: [{ code: 'a' }, { code: 'b' }] }, members: [{ id: '甲' }] })
    await saveDraft((begun as { draft: VisitDraft }).draft)
    await account().db.objects.delete('甲')
    expect(await begin(wanted, null)).toMatchObject({ draft: { asked: ['a', 'b'] }, members: [] })
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
