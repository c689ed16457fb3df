// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createMemoryHistory, createRouter } from 'vue-router'
import ChecklistsPart from '@/desk/checklists/ChecklistsPart.vue'
import ImportPage from '@/desk/ledger/ImportPage.vue'
import OutlineFaults from '@/desk/places/OutlineFaults.vue'
import OwnFieldsPart from '@/desk/rules/OwnFieldsPart.vue'

/** By path; what is not named cannot be reached. */
let answers: Record<string, unknown> = {}
vi.stubGlobal('fetch', (request: Request) => {
  const { pathname } = new URL(request.url)
  return pathname in answers ? Promise.resolve(Response.json(answers[pathname])) : Promise.reject(new TypeError('failed to fetch'))
})
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', name: 'ledger', component: { render: () => null } }] })
const global = { plugins: [router] }
const UNREACHABLE = '连不上服务器'

beforeEach(() => {
  answers = {}
  vi.useFakeTimers()
})
afterEach(() => vi.useRealTimers())

/** All that the page has asked for has been answered. */
async function answered(ms = 0): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms)
  await flushPromises()
}

describe('what cannot be read is said', () => {
  it('for the checklists', async () => {
    const page = mount(ChecklistsPart, { global })
    await answered()
    expect(page.get('[role=alert]').text()).toContain(UNREACHABLE)
    page.unmount()
  })

  it('for the versions of a list, whose questions are shown', async () => {
    const newest = { id: 'v', key: 'own', name: '网吧', number: 1, items: [] }
    answers = { '/api/checklists': [{ key: 'own', name: '网吧', is_active: true, applies_to: { kinds: [], is_key: null }, newest }] }
    const page = mount(ChecklistsPart, { global })
    await answered()
    expect([page.find('form').exists(), page.get('[role=alert]').text().includes(UNREACHABLE)]).toEqual([true, true])
    page.unmount()
  })

  it('for the outlines of a township, until another one is read', async () => {
    const part = mount(OutlineFaults, { props: { townshipId: 'a' } })
    await answered()
    expect(part.get('[role=alert]').text()).toContain(UNREACHABLE)
    await part.setProps({ townshipId: '' })
    expect(part.find('[role=alert]').exists()).toBe(false)
    part.unmount()
  })
})

it('of two columns that change places, reads again what stands when the second cannot be put', async () => {
  const columns = (...names: string[]) => ({ fields: names.map((key, position) => ({ key, name: key, kind: 'text', options: [], position, is_active: true })) })
  answers = { '/api/ledger/reference': columns('a', 'b'), '/api/ledger/fields/a': {} }
  const part = mount(OwnFieldsPart)
  await answered()
  answers['/api/ledger/reference'] = columns('b', 'a')
  await part.findAll('button').find((one) => one.text() === '下移' && !one.attributes('disabled'))?.trigger('click')
  await answered()
  expect(part.findAll('tbody th').map((one) => one.text())).toEqual(['b', 'a'])
  expect(part.get('[role=alert]').text()).toContain(UNREACHABLE)
  part.unmount()
})

describe('an import', () => {
  const batch = (stage: string, done: number) => ({ id: 'i', name: '台账.xlsx', stage, done, total: 40, good: 40, wrong: 0, added: 0, changed: 0, adding: 40, updating: 0, same: 0, renaming: 0, moving: 0, ignored: [], created_at: '2026-11-23T00:00:00Z' })

  it('is looked after until it rests, whatever look has failed in between', async () => {
    answers = { '/api/ledger/imports': [batch('checking', 10)], '/api/ledger/imports/i': batch('checking', 10) }
    const page = mount(ImportPage, { global })
    await answered()
    delete answers['/api/ledger/imports/i']
    await answered(1_000)
    expect(page.get('[role=alert]').text()).toContain(UNREACHABLE)
    answers['/api/ledger/imports/i'] = batch('checked', 40)
    await answered(10_000)
    expect([page.find('[role=alert]').exists(), page.find('progress').exists()]).toEqual([false, false])
    page.unmount()
  })
})
