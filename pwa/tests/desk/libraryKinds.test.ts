// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { LibraryKind } from '@/contract'
import KindsPart from '@/desk/library/KindsPart.vue'
import { startWords } from '@/words'

const blank = { shelf: 'plans', owed_by: [], is_filed: false, is_active: true, is_preset: false, every_months: null, about: null }
const KINDS = [{ ...blank, key: 'plan', name: '应急预案' }, { ...blank, key: 'drill', name: '演练记录', shelf: 'drill', about: 'plan' }] as unknown as LibraryKind[]
const Pick = defineComponent({ props: { modelValue: String, label: String, options: Array }, emits: ['update:modelValue'], setup: () => () => h('i') })
const sent: { path: string; body: Partial<LibraryKind> }[] = []

beforeEach(async () => {
  await startWords()
  sent.length = 0
  vi.stubGlobal('fetch', async (request: Request) => {
    sent.push({ path: new URL(request.url).pathname, body: (await request.json()) as Partial<LibraryKind> })
    return Response.json(KINDS)
  })
})

it('a kind is of a shelf and about another kind, chosen as everywhere; about none where that is cleared', async () => {
  const part = mount(KindsPart, { props: { modelValue: KINDS }, global: { stubs: { Pick } } })
  const keep = async () => {
    await part.get('form').trigger('submit')
    await vi.waitFor(() => expect(part.find('form').exists()).toBe(false))
    await flushPromises()
  }
  for (const about of ['plan', '']) {
    await part.findAll('button.name')[1]!.trigger('click')
    await flushPromises()
    const [shelf, of] = part.findAllComponents(Pick)
    expect([shelf!.props('label'), shelf!.props('modelValue'), of!.props('modelValue')]).toEqual(['大类', 'drill', 'plan'])
    expect(of!.props('options')).toEqual([{ value: 'plan', text: '应急预案' }])
    shelf!.vm.$emit('update:modelValue', 'study')
    of!.vm.$emit('update:modelValue', about)
    await keep()
  }
  expect(sent.map(({ path, body }) => [path, body.shelf, body.about])).toEqual([
    ['/api/library/kinds/drill', 'study', 'plan'],
    ['/api/library/kinds/drill', 'study', null],
  ])
  part.unmount()
})
