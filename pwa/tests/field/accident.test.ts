// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { AccidentRow, SupplementAccident } from '@/contract'
import { account, openAccount } from '@/core/account'
import { newAccident, saveDraft } from '@/core/drafts'
import { enqueueAccident } from '@/core/outbox'
import { session } from '@/core/session'
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
