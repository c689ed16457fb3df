// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { session } from '@/core/session'
import NewChangePage from '@/desk/places/NewChangePage.vue'

const body = { id: 'v', name: '文化社区', short_name: '文化', kind: 'village' }
const grid = (id: string, name: string): object => ({ id, name, organization: body, township: null, parent_id: null, outline: null, valid_to: null })
const ground = (open_cases: number): Response => Response.json({ grids: [], posts: [], objects: [], open_cases, open_tasks: 0 })
const outlook = (name: string): Response => Response.json({ shares: [{ name, body, objects: 1, cases: 1, people: 1 }], objects_over: 0, cases_over: 0, people_over: 0, tasks: 0 })
const refused = (zh: string): Response => Response.json({ code: 'invalid_input', zh, en: 'no', fields: [], details: {} }, { status: 422 })

/** What has been asked and not been answered yet, in order. */
let asked: ((answer: Response) => void)[] = []
vi.stubGlobal('fetch', ({ url }: Request) => {
  const { pathname } = new URL(url)
  if (pathname === '/api/rules/grid-codes') return Promise.resolve(Response.json({ external_systems: [] }))
  if (pathname === '/api/grids') return Promise.resolve(Response.json([grid('a', '一网格'), grid('b', '二网格')]))
  return new Promise<Response>((answer) => asked.push(answer))
})
async function answer(place: number, given: Response): Promise<void> {
  asked[place]!(given)
  await flushPromises()
}

/** Stands for the pickers, whose calendars and lists the library draws. */
const given = () => defineComponent({ props: { modelValue: [String, Array], label: String }, emits: ['update:modelValue'], setup: () => () => h('i') })
const [Pick, DateInput] = [given(), given()]
let page: VueWrapper
async function open(): Promise<void> {
  session.set({ me: { id: 'ann', seats: [], permissions: ['places:edit'] } as never, isFresh: true, isExpired: false })
  const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/', name: 'changes', component: { render: () => null } }] })
  await router.push('/')
  page = mount(NewChangePage, { global: { plugins: [router], stubs: { Pick, DateInput } } })
  await flushPromises()
}
async function choose(id: string): Promise<void> {
  page.getComponent(Pick).vm.$emit('update:modelValue', id)
  await flushPromises()
}
/** The button that looks ahead; none is there while an outlook is shown. */
const eye = () => page.findAll('button').find((one) => one.text() === '会发生什么')
async function look(): Promise<void> {
  await eye()!.trigger('click')
  await flushPromises()
}
async function call(name: string): Promise<void> {
  await page.findAll('.target input')[0]!.setValue(name)
  await flushPromises()
}
afterEach(() => {
  page.unmount()
  asked = []
  session.set({ me: null, isFresh: false, isExpired: false })
})

describe('the ground of a change', () => {
  it('is that of the grid chosen last, whichever answer comes last', async () => {
    await open()
    for (const id of ['a', 'b', 'a']) await choose(id)
    await answer(2, ground(7))
    await call('西网格')
    await answer(0, ground(3))
    await answer(1, refused('读不到二网格'))
    expect(page.text()).toContain('这里有 7 件')
    expect(page.text()).not.toContain('读不到二网格')
    expect((page.findAll('.target input')[0]!.element as HTMLInputElement).value).toBe('西网格')
  })
})

describe('the outlook of a change', () => {
  it('goes when anything in the form changes', async () => {
    await open()
    await choose('a')
    await answer(0, ground(0))
    await look()
    await answer(1, outlook('西网格'))
    expect(page.find('.outlook').text()).toContain('西网格')
    await call('南网格')
    expect(page.find('.outlook').exists()).toBe(false)
  })

  it('is that of the form as it is, whichever answer comes last', async () => {
    await open()
    await choose('a')
    await answer(0, ground(0))
    await look()
    await call('南网格')
    expect(page.find('.outlook').exists()).toBe(false)
    await look()
    await answer(2, outlook('南网格'))
    await answer(1, outlook('西网格'))
    expect(page.find('.outlook').text()).toContain('南网格')
    expect(page.find('.outlook').text()).not.toContain('西网格')
  })

  it.each([['an answer', () => outlook('西网格')], ['a refusal', () => refused('西网格没有网格员')]])('%s that comes once the form has changed is not shown', async (_, late) => {
    await open()
    await choose('a')
    await answer(0, ground(0))
    await look()
    await call('南网格')
    await answer(1, late())
    expect(page.text()).not.toContain('西网格')
    expect(eye()!.attributes('disabled')).toBeUndefined()
  })
})
