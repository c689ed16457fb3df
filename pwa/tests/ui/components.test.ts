// @vitest-environment happy-dom
import '@/words/field'
import { mount } from '@vue/test-utils'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import flow from '@/contract/flow.json'
import type { HazardEvent, State } from '@/contract'
import { contact } from '@/core/contact'
import Btn from '@/ui/Btn.vue'
import CategoryIcon from '@/ui/CategoryIcon.vue'
import Choice from '@/ui/Choice.vue'
import DeadlineChip from '@/ui/DeadlineChip.vue'
import Field from '@/ui/Field.vue'
import LevelBadge from '@/ui/LevelBadge.vue'
import PhotoCompare from '@/ui/PhotoCompare.vue'
import PhotoThumb from '@/ui/PhotoThumb.vue'
import Rating from '@/ui/Rating.vue'
import Sheet from '@/ui/Sheet.vue'
import StatePill from '@/ui/StatePill.vue'
import Timeline from '@/ui/Timeline.vue'
import { CATEGORY_ICONS, ICONS } from '@/ui/icons'
import { pairOf, type PhotoLike } from '@/ui/pictures'
import { clock } from '../field/cases'

afterEach(() => vi.useRealTimers())

describe('states and levels', () => {
  it.each([...flow.states, 'draft', 'waiting', 'sending', 'uploaded', 'attention'])('%s has a sign and a Chinese word', (state) => {
    const pill = mount(StatePill, { props: { state: state as State } })
    expect(pill.find('svg path').attributes('d')).toBeTruthy()
    expect(pill.text()).toMatch(/^[\u4e00-\u9fff]+$/)
  })

  it('超期 stands beside the state, in words', () => {
    expect(mount(StatePill, { props: { state: 'assigned', isOverdue: true } }).text()).toBe('整改中超期')
  })

  it.each([
    [{ level: 'general' as const }, '一一般'],
    [{ level: 'serious' as const }, '较较大'],
    [{ level: 'major' as const }, '重重大'],
    [{ level: 'major' as const, suspected: true }, '疑疑似重大'],
    [{ level: 'general' as const, suspected: true, confirmed: true }, '重重大'],
  ])('level %j is shape, character and word', (props, text) => {
    expect(mount(LevelBadge, { props }).text().replace(/\s/g, '')).toBe(text)
  })

  it('every category has its own picture; one the county added has the general one', () => {
    const pictures = CATEGORY_ICONS.map((name) => ICONS[name].line)
    expect(new Set(pictures).size).toBe(10)
    const own = mount(CategoryIcon, { props: { code: 'beekeeping', icon: 'hive' } })
    expect(own.findAll('path').at(-1)?.attributes('d')).toBe(ICONS.other.line)
    expect(mount(CategoryIcon, { props: { code: 'x', icon: 'gas' } }).html()).toContain(ICONS.gas.line)
  })
})

describe('deadlines', () => {
  it('are words with a tone, on the server’s clock', () => {
    vi.useFakeTimers({ now: Date.parse('2026-11-22T00:00:00Z') })
    contact.set({ lastAt: null, skewMs: 0 })
    const chip = mount(DeadlineChip, { props: { clock: clock('2026-11-20T00:00:00Z', 'missed'), withHop: true } })
    expect([chip.text(), chip.classes('late')]).toEqual(['核验 超期 2 天', true])
    contact.set({ lastAt: null, skewMs: -3 * 24 * 3_600_000 })
    expect(mount(DeadlineChip, { props: { dueAt: '2026-11-20T00:00:00Z' } }).text()).toBe('明天 08:00 前')
    contact.set({ lastAt: null, skewMs: 0 })
  })

  it('are absent where no clock runs', () => {
    expect(mount(DeadlineChip, { props: { clock: null } }).find('time').exists()).toBe(false)
  })
})

describe('photos', () => {
  const photo = (part: Partial<PhotoLike> = {}): PhotoLike => ({ id: 'p', role: 'before', status: 'ready', ...part })

  it('one that is still on its way says so and asks the server for nothing', () => {
    const thumb = mount(PhotoThumb, { props: { photo: photo({ status: 'waiting' }) } })
    expect([thumb.find('img').exists(), thumb.text()]).toEqual([false, '照片还在路上'])
    expect(mount(PhotoThumb, { props: { photo: photo({ status: 'unreadable' }) } }).text()).toBe('照片打不开')
  })

  it('one on this phone is shown from here, a torn one by words', async () => {
    const thumb = mount(PhotoThumb, { props: { photo: photo({ status: 'waiting' }), localUrl: 'blob:x' } })
    expect(thumb.get('img').attributes('src')).toBe('blob:x')
    await thumb.get('img').trigger('error')
    expect(thumb.find('img').exists()).toBe(false)
  })

  it('are laid side by side: first before, last after, and a gap is named', () => {
    const rows = [photo({ id: 'b1' }), photo({ id: 'a1', role: 'after' }), photo({ id: 'b2' }), photo({ id: 'a2', role: 'after' })]
    expect([pairOf(rows).before?.id, pairOf(rows).after?.id]).toEqual(['b1', 'a2'])
    const compare = mount(PhotoCompare, { props: { before: rows[0] } })
    expect(compare.findAll('img').length).toBe(1)
    expect(compare.text()).toContain('还没有整改后照片')
  })
})

describe('controls', () => {
  it('a button is a button, a call is a link', () => {
    expect(mount(Btn, { slots: { default: '好' } }).attributes('type')).toBe('button')
    expect(mount(Btn, { attrs: { type: 'submit' } }).attributes('type')).toBe('submit')
    expect(mount(Btn, { props: { href: 'tel:119' } }).element.tagName).toBe('A')
  })

  it('a choice is a set of radio buttons', async () => {
    const choice = mount(Choice, {
      props: { legend: '选', name: 'x', modelValue: 'a', options: [{ value: 'a', text: '甲' }, { value: 'b', text: '乙' }] },
    })
    await choice.findAll('input')[1]!.setValue()
    expect(choice.emitted('update:modelValue')).toEqual([['b']])
  })

  it('stars are radio buttons too, and say what they mean', async () => {
    const rating = mount(Rating, { props: { modelValue: null } })
    expect(rating.text()).toContain('点星星评价')
    await rating.setProps({ modelValue: 4 })
    expect(rating.text()).toContain('较好')
    expect(rating.findAll('.full').length).toBe(4)
    expect(mount(Rating, { props: { modelValue: 4, still: true } }).attributes('aria-label')).toBe('4 分（满分 5 分）')
  })

  it('a field ties its name and its trouble to the input', () => {
    const field = mount(Field, { props: { label: '密码', modelValue: '', problem: '太短' }, attrs: { type: 'password' } })
    const input = field.get('input')
    expect(field.get('label').attributes('for')).toBe(input.attributes('id'))
    expect(field.get(`#${CSS.escape(input.attributes('aria-describedby')!)}`).text()).toBe('太短')
    expect([input.attributes('aria-invalid'), input.attributes('type')]).toEqual(['true', 'password'])
  })

  it('a sheet opens as a dialog with a name and closes by the outside', async () => {
    const sheet = mount(Sheet, { props: { title: '更多', open: false }, attachTo: document.body })
    expect(sheet.get('dialog').element.open).toBe(false)
    await sheet.setProps({ open: true })
    await nextTick()
    expect(sheet.get('dialog').element.open).toBe(true)
    expect(sheet.get('h2').text()).toBe('更多')
    await sheet.get('dialog').trigger('click')
    expect(sheet.emitted('update:open')).toEqual([[false]])
  })
})

it('the timeline tells who did what, newest first, and survives a kind it does not know', () => {
  const event = (seq: number, kind: string, data = {}): HazardEvent =>
    ({ id: String(seq), seq, kind, at: '2026-11-20T00:00:00Z', actor: { id: 'a', name: '张秀英' }, organization: null, role: 'gridworker', round: 1, data, photo_ids: [] }) as never
  const list = mount(Timeline, { props: { events: [event(1, 'hazard.reported', { note: '堵住了' }), event(2, 'hazard.verified', { rating: 5 }), event(3, 'hazard.sung')] } })
  const rows = list.findAll('li').map((row) => row.text())
  expect(rows[2]).toContain('上报隐患')
  expect(rows[2]).toContain('堵住了')
  expect(rows[1]).toContain('现场核验合格')
  expect(rows[0]).toContain('hazard.sung')
})
