// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount } from '@vue/test-utils'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { AccidentView } from '@/contract'
import ReportForm from '@/desk/accidents/ReportForm.vue'
import { startWords } from '@/words'

const ENDED = { code: 'accident_ended', zh: '这起事故已经办结。', en: 'Ended.', fields: [], details: {} }
const DateInput = defineComponent({ setup: () => () => h('i') })
const sent: { path: string; report: string }[] = []

beforeEach(async () => {
  await startWords()
  sent.length = 0
  vi.stubGlobal('fetch', async (request: Request) => {
    const { report } = (await request.json()) as { report: string }
    sent.push({ path: new URL(request.url).pathname, report })
    return new Response(JSON.stringify(ENDED), { status: 409, headers: { 'Content-Type': 'application/problem+json' } })
  })
})

describe('the form of a report at the desk', () => {
  it('keeps its words when somebody else has ended the accident, and sends others under another id', async () => {
    const form = mount(ReportForm, { props: { accident: { id: 'fire' } as AccidentView, kind: 'final' }, global: { stubs: { DateInput } }, attachTo: document.body })
    const submit = async () => {
      await form.get('form').trigger('submit')
      await flushPromises()
      await vi.waitFor(() => expect(form.find('[role=alert]').text()).toBe(ENDED.zh))
    }
    const [course] = form.findAll('textarea')
    await course!.setValue('火已灭')
    await submit()
    await submit()
    expect(form.emitted('stale')).toHaveLength(2)
    await form.setProps({ kind: 'supplement' })
    expect((course!.element as HTMLTextAreaElement).value).toBe('火已灭')
    await submit()
    const [one, again, other] = sent
    expect(again).toEqual(one)
    expect([one?.report, other?.report]).toEqual(['final', 'supplement'])
    expect(other?.path).not.toBe(one?.path)
    form.unmount()
  })
})
