// @vitest-environment happy-dom
import '@/words/desk'
import { flushPromises, mount, type VueWrapper } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import type { Campaign } from '@/contract'
import { session } from '@/core/session'
import { organizations } from '@/desk/data/catalog'
import CampaignForm from '@/desk/patrols/CampaignForm.vue'
import CampaignsPart from '@/desk/patrols/CampaignsPart.vue'
import MoveSheet from '@/desk/patrols/MoveSheet.vue'

const UUID = /[0-9a-f]{8}-[-0-9a-f]{27}/
const UNREACHABLE = '连不上服务器'
const lost = (): Response => { throw new TypeError('failed to fetch') }
const SEND = 'PUT /api/campaigns/{id}'
/** By method and path, the newest answer; what is not named cannot be reached. */
let answers: Record<string, () => Response> = {}
vi.stubGlobal('fetch', ({ method, url }: Request) => {
  const answer = answers[`${method} ${new URL(url).pathname.replace(UUID, '{id}')}`]
  return Promise.resolve().then(answer ?? lost)
})
const signIn = (seats: object[]): void => session.set({ me: { id: 'ann', seats, permissions: ['campaign:order'] } as never, isFresh: true, isExpired: false })
afterEach(() => {
  answers = {}
  session.set({ me: null, isFresh: false, isExpired: false })
})

const campaign = (more: Partial<Campaign> = {}): Campaign => ({
  id: 'c', name: '燃气', basis: '', list_name: '九小', body: { id: 't', name: '城关镇', short_name: '城关' } as Campaign['body'],
  choice: { kinds: [], sectors: [], only_key: false, township_id: null, village_id: null, grid_id: null, sample: null },
  starts_on: '2026-11-23', until: '2026-11-30', first_until: null, moved_because: '', ended_on: null, planned: 3, done: 3, late: 0, missed: 0, dropped: 0, issues: 0, is_mine: true, ...more,
})

describe('the list of special checks', () => {
  it.each([['2026-11-24', '10', '30%'], [null, '3', '100%']])('ended on %s, takes its bar of %s places', async (ended_on, max, share) => {
    answers = { 'GET /api/campaigns': () => Response.json([campaign({ ended_on, dropped: 7 })]) }
    const part = mount(CampaignsPart)
    await flushPromises()
    const bar = part.get('progress')
    expect([bar.attributes('max'), bar.text()]).toEqual([max, share])
    expect(part.get('.numbers').text()).toContain('不用查了 7')
    part.unmount()
  })
})

describe('a new last day', () => {
  it('wants another day and a reason, and stands in the list with the day that it was', async () => {
    answers = { 'GET /api/campaigns': () => Response.json([campaign({ done: 1 })]), 'PUT /api/campaigns/c/until': () => Response.json(campaign()) }
    const Day = given()
    const send = vi.spyOn(globalThis, 'fetch')
    const part = mount(CampaignsPart, { global: { stubs: { DateInput: Day, Teleport: true } } })
    await flushPromises()
    await part.findAll('button').find((one) => one.text() === '改期')!.trigger('click')
    const sheet = part.getComponent(MoveSheet)
    const go = async () => { await sheet.findAll('button').find((one) => one.text() === '改到这天')!.trigger('click'); await flushPromises() }
    const calls = () => send.mock.calls.map(([request]) => request as Request).filter(({ method }) => method === 'PUT')
    await go()
    expect([sheet.get('.field .problem').text(), calls()]).toEqual(['这一项要填', []])
    sheet.findAllComponents(Day)[0]!.vm.$emit('update:modelValue', '2026-12-03')
    await sheet.get('textarea, input').setValue('下雪，推迟三天')
    answers = { ...answers, 'GET /api/campaigns': () => Response.json([campaign({ until: '2026-12-03', first_until: '2026-11-30', moved_because: '下雪，推迟三天' })]) }
    await go()
    expect(await calls()[0]!.json()).toEqual({ until: '2026-12-03', reason: '下雪，推迟三天' })
    expect(part.text()).toContain('2026-11-23 到 2026-12-03 · 原定 2026-11-30，改期：下雪，推迟三天')
    part.unmount()
  })
})

describe('an empty list', () => {
  it('says so, but not below the form that is about to fill it', async () => {
    answers = { 'GET /api/campaigns': () => Response.json([]) }
    signIn([])
    const part = mount(CampaignsPart, { global: { stubs: { CampaignForm: true } } })
    await flushPromises()
    expect(part.text()).toContain('没有专项检查')
    await part.get('button').trigger('click')
    expect(part.text()).not.toContain('没有专项检查')
    part.unmount()
  })
})

/** Stands for the pickers, whose calendars and lists the library draws. */
const given = () => defineComponent({ props: { modelValue: [String, Array], label: String, problem: String, options: Array }, emits: ['update:modelValue'], setup: (props) => () => h('i', props.problem) })
const [Pick, DateInput] = [given(), given()]
const global = { stubs: { Pick, DateInput } }
const readable = {
  'GET /api/checklists': () => Response.json([{ key: 'gas', name: '九小', is_active: true }]),
  'GET /api/campaigns/choice': () => Response.json({ objects: 4, grids: 2 }),
}
const refusal = (code: string, fields: string[]) => () => Response.json({ code, zh: '不行', en: 'no', fields, details: {} }, { status: 422 })
async function filled(form: VueWrapper): Promise<void> {
  await flushPromises()
  await form.get('input').setValue('燃气')
  form.getComponent(Pick).vm.$emit('update:modelValue', 'gas')
  form.findAllComponents(DateInput).at(-1)?.vm.$emit('update:modelValue', '2026-12-31')
  await form.get('form').trigger('submit')
  await flushPromises()
}

describe('the form of a special check', () => {
  it('brings into sight what is still missing, however far above the button', async () => {
    answers = readable
    const seen: Element[] = []
    vi.spyOn(Element.prototype, 'scrollIntoView').mockImplementation(function (this: Element) { seen.push(this) })
    const form = mount(CampaignForm, { global })
    await flushPromises()
    await form.get('form').trigger('submit')
    await flushPromises()
    expect(seen).toEqual([form.findAll('.problem')[0]?.element])
    vi.restoreAllMocks()
    form.unmount()
  })

  it.each([
    [['sample'], '随机抽几家'],
    [['basis'], '依据'],
    [['choice.kinds', 'basis'], '依据'],
  ])('shows a refusal of %s beside what it names', async (fields, label) => {
    answers = { ...readable, [SEND]: refusal('invalid_input', fields) }
    const form = mount(CampaignForm, { global })
    await filled(form)
    const wrong = form.findAll('.field').filter((field) => field.find('.problem').exists())
    expect(wrong.map((field) => field.text().includes(label))).toEqual([true])
    expect(form.find('[role=alert]').exists()).toBe(false)
    form.unmount()
  })

  it.each([[['choice.only_key']], [['choice.kinds']], [['choice']], [[]]])('shows a refusal of %s above the button', async (fields) => {
    answers = { ...readable, [SEND]: refusal('invalid', fields) }
    const form = mount(CampaignForm, { global })
    await filled(form)
    expect(form.get('[role=alert]').text()).toBe('不行')
    form.unmount()
  })

  it.each([['GET /api/checklists', false], ['GET /api/campaigns/choice', true]])('says that %s could not be read and reads it again', async (what, isOff) => {
    answers = { ...readable, [what]: lost }
    const form = mount(CampaignForm, { global })
    await flushPromises()
    const send = form.get('[type=submit]')
    expect(form.get('[role=alert]').text()).toContain(UNREACHABLE)
    expect(send.attributes('disabled') !== undefined).toBe(isOff)
    answers = readable
    await form.get('[role=alert] button').trigger('click')
    await flushPromises()
    expect([form.find('[role=alert]').exists(), send.attributes('disabled')]).toEqual([false, undefined])
    form.unmount()
  })
})

describe('who is posted to two townships', () => {
  it('says to which of them the order goes', async () => {
    const townships = ['a', 'b', 'c'].map((id) => ({ id, kind: 'township_subcentre', name: id, short_name: id, is_active: true }))
    organizations.value = townships as never
    signIn(townships.slice(0, 2).map((organization) => ({ organization })))
    answers = readable
    const form = mount(CampaignForm, { global })
    await flushPromises()
    const pick = form.findAllComponents(Pick).find((part) => part.props('label') === '镇街')
    expect([pick?.props('modelValue'), pick?.props('options')]).toEqual(['a', [{ value: 'a', text: 'a' }, { value: 'b', text: 'b' }]])
    form.unmount()
    organizations.value = []
  })
})

describe('an order whose answer was lost', () => {
  beforeEach(() => signIn([]))
  /** The list was empty when the form was opened; the order has arrived since. */
  async function sent(): Promise<VueWrapper> {
    answers = { ...readable, 'GET /api/campaigns': () => Response.json([]) }
    const part = mount(CampaignsPart, { global })
    await flushPromises()
    await part.get('button').trigger('click')
    await filled(part)
    expect(part.get('[role=alert]').text()).toContain(UNREACHABLE)
    answers['GET /api/campaigns'] = () => Response.json([campaign()])
    return part
  }

  it('is in the list when the form is given up', async () => {
    const part = await sent()
    await part.get('form button[type=button]').trigger('click')
    await flushPromises()
    expect([part.find('form').exists(), part.get('h2').text()]).toEqual([false, '燃气'])
    part.unmount()
  })

  it('is said to have been sent when it was altered and sent again', async () => {
    const part = await sent()
    answers[SEND] = refusal('same_id_other_content', [])
    await part.get('form').trigger('submit')
    await flushPromises()
    expect([part.find('form').exists(), part.get('h2').text()]).toEqual([false, '燃气'])
    expect(part.get('.known').text()).toContain('刚才已经发下去了')
    part.unmount()
  })
})
