// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Instruction } from '@/contract'
import { session } from '@/core/session'
import BodyNotesList from '@/desk/assessments/BodyNotesList.vue'
import OpenForm from '@/desk/assessments/OpenForm.vue'
import AnswerForm from '@/desk/instructions/AnswerForm.vue'
import InstructionForm from '@/desk/instructions/InstructionForm.vue'
import LibraryPanel from '@/desk/library/LibraryPanel.vue'
import LibraryForm from '@/ui/LibraryForm.vue'
import { startWords } from '@/words'

const BODY = { id: 'b', name: '县安委办', short_name: '安委办', kind: 'county_centre' }
/** As the real one: an id is taken once; the same bytes again are the same thing. */
let kept = new Map<string, string>()
/** What GET answers, by the beginning of its path. */
let known: Record<string, unknown> = {}
let isLost = false

async function serve(request: Request): Promise<Response> {
  const { pathname } = new URL(request.url)
  if (request.method === 'GET') {
    const found = Object.keys(known).find((start) => pathname.startsWith(start))
    return found ? Response.json(known[found]) : Promise.reject(new TypeError('failed to fetch'))
  }
  const body = await request.text()
  const before = kept.get(pathname)
  if (before !== undefined && before !== body) return Response.json({ code: 'same_id_other_content', zh: '这个编号', en: 'This id', fields: [], details: {} }, { status: 409 })
  kept.set(pathname, body)
  if (isLost) throw new TypeError('failed to fetch')
  return Response.json({ id: pathname.split('/').at(-1), items: [] })
}
vi.stubGlobal('fetch', serve)
const EMPTY = { render: () => null }
const global = { stubs: { DateInput: EMPTY, Pick: EMPTY } }
/** Chooses the one body. */
const Chooser = defineComponent({ emits: ['update:modelValue'], setup: (_, { emit }) => () => h('button', { type: 'button', class: 'choose', onClick: () => emit('update:modelValue', 'b') }) })

beforeEach(async () => {
  await startWords()
  kept = new Map()
  isLost = true
  known = {}
  session.set({ me: { id: 'ann', name: '安', seats: [{ organization: BODY }], permissions: ['assessment:make'] } as never, isFresh: true, isExpired: false })
})

async function submit(form: VueWrapper, from = 'form'): Promise<void> {
  await form.get(from).trigger('submit')
  for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 2))
  await flushPromises()
}
const field = (form: VueWrapper, label: string) => {
  const id = form.findAll('label').find((one) => one.text() === label)?.attributes('for')
  return form.get(`[id="${id}"]`)
}
/** Lost once, changed, and sent again. */
async function twice(form: VueWrapper, change: () => Promise<unknown>): Promise<void> {
  await submit(form)
  isLost = false
  await change()
  await submit(form)
  expect(kept.size).toBe(1)
}
const button = (form: VueWrapper, words: string) => form.findAll('button').find((one) => one.text() === words)!

describe('what was kept although its answer was lost is not kept twice under other words', () => {
  it('a document of the library, which is opened then', async () => {
    known = { '/api/library/kinds': [{ key: 'rules', name: '制度', is_active: true }], '/api/library/owners': [{ id: 'b', whose: 'body', name: '安委办' }] }
    const form = mount(LibraryForm, { global })
    await flushPromises()
    await vi.waitFor(() => expect(form.findAll('option').length).toBeGreaterThan(1))
    await form.get('select').setValue('rules')
    await form.get('input[value=paper]').setValue()
    await field(form, '放在哪里').setValue('三号柜')
    await field(form, '标题').setValue('值班制度')
    await twice(form, () => field(form, '标题').setValue('值班制度（新）'))
    expect(form.get('[role=alert]').text()).toContain('上一次其实已经存下了')
    const [[path, body] = []] = kept
    known['/api/library/'] = { id: path!.split('/').at(-1), title: (JSON.parse(body!) as { title: string }).title }
    await button(form, '打开已经存下的').trigger('click')
    await vi.waitFor(() => expect(form.emitted('kept')).toEqual([[{ id: path!.split('/').at(-1), title: '值班制度' }]]))
    form.unmount()
  })

  it('a newer version, of which another stands by now', async () => {
    known = { '/api/library/kinds': [], '/api/library/d': { id: 'd', version: 2 } }
    const former = { id: 'd', kind_key: 'rules', title: '值班制度', reference: '', year: 2026, form: 'paper', place_kept: '三号柜', custodian_post: '', file: null, custodian_id: null, version: 1 }
    vi.stubGlobal('fetch', (request: Request) =>
      request.method === 'PUT' ? Promise.resolve(Response.json({ code: 'changed_meanwhile', zh: '别人刚刚改过', en: '', fields: [], details: {} }, { status: 409 })) : serve(request))
    const form = mount(LibraryForm, { props: { former: former as never }, global })
    await flushPromises()
    await field(form, '为什么换').setValue('电话变了')
    await submit(form)
    expect(form.get('[role=alert]').text()).toContain('刚刚换过版本')
    await button(form, '打开已经存下的').trigger('click')
    await vi.waitFor(() => expect(form.emitted('kept')).toEqual([[{ id: 'd', version: 2 }]]))
    vi.stubGlobal('fetch', serve)
    form.unmount()
  })

  it('a document that is published', async () => {
    const shown = { id: 'd', title: '案例', version: 1, may: ['publish'], publications: [], steps: [], versions: [], drills: [], former: [] }
    known = { '/api/library/d': shown }
    const panel = mount(LibraryPanel, { props: { id: 'd' }, global: { stubs: { ...global.stubs, LibraryPaper: true } } })
    await vi.waitFor(() => expect(button(panel, '发布')).toBeTruthy())
    await button(panel, '发布').trigger('click')
    await twice(panel, () => panel.get('textarea').setValue('请组织学习'))
    expect(panel.get('[role=alert]').text()).toContain('上一次其实已经办了')
    expect([panel.find('form').exists(), panel.emitted('changed')?.length]).toEqual([false, 1])
    panel.unmount()
  })

  it('an instruction, which is opened then', async () => {
    known = { '/api/instructions/candidates': { circles: [{ circle: 'townships', count: 3 }], items: [] } }
    const form = mount(InstructionForm, { global })
    await vi.waitFor(() => expect(form.find('.circles input').exists()).toBe(true))
    await field(form, '标题').setValue('排查')
    await field(form, '内容').setValue('查一遍')
    await form.get('.circles input').trigger('change')
    await twice(form, () => field(form, '内容').setValue('查两遍'))
    expect(form.get('[role=alert]').text()).toContain('上一次其实已经发出去了')
    known = { '/api/instructions/': { id: 'i' } }
    await button(form, '打开已经发出的').trigger('click')
    await vi.waitFor(() => expect(form.emitted('sent')).toEqual([[{ id: 'i' }]]))
    form.unmount()
  })

  it('an answer to one; the same words again, later, are the same answer', async () => {
    const form = mount(AnswerForm, { props: { one: { id: 'i', status: 'open', mine: [] } as unknown as Instruction }, global })
    await form.get('textarea').setValue('查了')
    await submit(form)
    await new Promise((done) => setTimeout(done, 5))
    isLost = false
    await submit(form)
    expect([kept.size, form.emitted('answered')?.length, (form.get('textarea').element as HTMLTextAreaElement).value]).toEqual([1, 1, ''])
    kept.clear()
    isLost = true
    await form.get('textarea').setValue('还有')
    await twice(form, () => form.get('textarea').setValue('还有一处'))
    expect(form.text()).toContain('上一次其实已经交上去了')
    await submit(form)
    expect(kept.size).toBe(2) // asked for now
    form.unmount()
  })

  it('a year of assessments', async () => {
    const item = { key: 'a', name: '排查', points: 10, how: '' }
    known = { '/api/assessments/proposal': { is_own: false, form: { name: '考核', kinds: ['township_subcentre'], dimensions: [{ name: '一', items: [item] }] } } }
    const form = mount(OpenForm, { global })
    await vi.waitFor(() => expect(form.find('form').exists()).toBe(true))
    await twice(form, () => field(form, '名称').setValue('年度考核'))
    expect(form.get('[role=alert]').text()).toContain('上一次其实已经开了')
    known = { '/api/assessments/': { id: 'y' } }
    await button(form, '看已经开的考核').trigger('click')
    await vi.waitFor(() => expect(form.emitted('opened')).toEqual([[{ id: 'y' }]]))
    form.unmount()
  })

  it('a note on a body; the list shows it, and what was changed is still there', async () => {
    known = { '/api/assessments/notes': { items: [] } }
    const list = mount(BodyNotesList, { props: { year: 2026, papers: [{ id: 'p', body: BODY }] as never }, global: { stubs: { ...global.stubs, Pick: Chooser } } })
    await vi.waitFor(() => expect(button(list, '记一次通报')).toBeTruthy())
    await button(list, '记一次通报').trigger('click')
    await list.get('.choose').trigger('click')
    await list.get('textarea').setValue('迟报')
    await twice(list, () => list.get('textarea').setValue('迟报一次'))
    expect([list.get('[role=status]').text().includes('上一次其实已经记下'), list.find('form').exists()]).toEqual([true, false])
    await button(list, '记一次通报').trigger('click')
    expect((list.get('textarea').element as HTMLTextAreaElement).value).toBe('迟报一次')
    list.unmount()
  })
})
