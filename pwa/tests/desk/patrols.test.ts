// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { blankItem, type EditedItem } from '@/desk/checklists/editing'
import BoardPart from '@/desk/patrols/BoardPart.vue'
import PatrolsPage from '@/desk/patrols/PatrolsPage.vue'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))

// In its place: the real one is fetched when it is shown, and might come after the test has ended.
const DateInput = defineComponent({ props: { modelValue: String, label: String }, emits: ['update:modelValue'], setup: () => () => h('i') })

describe('the span of the board', () => {
  it('is always whole: an end that passes the other takes it along, an emptied one stays', async () => {
    const page = { path: '/patrols/:part?', name: 'patrols', component: { render: () => null } }
    const router = createRouter({ history: createMemoryHistory(), routes: [page, { path: '/', component: { render: () => null } }] })
    await router.push('/patrols/board')
    const made = mount(PatrolsPage, { global: { plugins: [router], stubs: { DateInput } } })
    await flushPromises()
    const [from, to] = made.findAllComponents(DateInput)
    const span = () => {
      const { due_from, due_to } = made.getComponent(BoardPart).props('ground')
      return [due_from, due_to]
    }
    to!.vm.$emit('update:modelValue', '2026-11-30')
    from!.vm.$emit('update:modelValue', '2026-11-01')
    await flushPromises()
    expect(span()).toEqual(['2026-11-01', '2026-11-30'])
    from!.vm.$emit('update:modelValue', '2026-12-05')
    await flushPromises()
    expect(span()).toEqual(['2026-12-05', '2026-12-05'])
    to!.vm.$emit('update:modelValue', '')
    await flushPromises()
    expect(span()).toEqual(['2026-12-05', '2026-12-05'])
    made.unmount()
  })
})

describe('a grid of the board', () => {
  it('opens what the board has counted: the plan alone, until all is asked for', async () => {
    const page = { path: '/patrols/:part?', name: 'patrols', component: { render: () => null } }
    const router = createRouter({ history: createMemoryHistory(), routes: [page, { path: '/', component: { render: () => null } }] })
    await router.push('/patrols/board')
    const asked: string[] = []
    vi.stubGlobal('fetch', ({ url }: Request) => {
      if (url.includes('/patrols/tasks')) asked.push(new URL(url).search)
      return Promise.reject(new TypeError('failed to fetch'))
    })
    const made = mount(PatrolsPage, { global: { plugins: [router], stubs: { DateInput } } })
    await flushPromises()
    made.getComponent(BoardPart).vm.$emit('grid', 'g')
    await flushPromises()
    expect(asked.map((query) => query.includes('is_plan=true'))).toEqual([true])
    await made.findAll('button.all').find((button) => button.text().startsWith('只看计划内的'))!.trigger('click')
    await flushPromises()
    expect(asked.map((query) => query.includes('is_plan'))).toEqual([true, false])
    made.unmount()
  })
})

describe('a further question', () => {
  it('gets a code that no other one has, also after one was taken out', () => {
    const items: EditedItem[] = []
    for (let n = 0; n < 3; n += 1) items.push(blankItem(items))
    items.splice(0, 1)
    expect([...items, blankItem(items)].map(({ code }) => code)).toEqual(['Q-02', 'Q-03', 'Q-01'])
  })
})
