// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { mount, flushPromises } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { computed, defineComponent, h, shallowRef } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import { account, openAccount } from '@/core/account'
import { listDrafts, newReport, saveDraft } from '@/core/drafts'
import { enqueueReport } from '@/core/outbox'
import { session } from '@/core/session'
import type { ActionDraft, OutboxItem } from '@/core/types'
import VerifyForm from '@/field/case/VerifyForm.vue'
import DiscardSheet from '@/field/pending/DiscardSheet.vue'
import PendingPage from '@/field/pending/PendingPage.vue'
import QueueRow from '@/field/pending/QueueRow.vue'
import { useProgress } from '@/field/pending/useProgress'
import { useReport, type Report } from '@/field/report/useReport'
import type { OpenStep } from '@/field/shell/useStep'
import { useWithdrawal } from '@/field/shell/useWithdrawal'
import { useToast } from '@/use/useToast'
import { aCase } from './cases'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const Blank = { render: () => null }
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: Blank }] })
const global = { plugins: [router] }

/** Runs a composable inside a page that the router knows. */
function inside<T>(use: () => T): { got: T; unmount: () => void } {
  let got: T | undefined
  const page = mount(defineComponent({ setup: () => ((got = use()), () => h('i')) }), { global })
  return { got: got as T, unmount: () => page.unmount() }
}

beforeEach(() => {
  openAccount('ann')
  session.set({ me: { id: 'ann', seats: [{ grid: { id: 'g', name: '三网格' } }], permissions: [] } as never, isFresh: true, isExpired: false })
})
afterEach(async () => {
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

describe('a report', () => {
  const start = async (id?: string): Promise<{ report: Report; unmount: () => void }> => {
    const { got, unmount } = inside(useReport)
    await got.start(id)
    return { report: got, unmount }
  }

  it('is a draft before the finder opens, and every change is kept', async () => {
    const { report, unmount } = await start()
    expect((await listDrafts()).map((draft) => draft.step)).toEqual(['camera'])
    await report.chooseCategory({ code: 'gas', default_level: 'serious' } as never)
    await report.set({ note: '软管开裂' })
    const [kept] = await listDrafts()
    expect(kept).toMatchObject({ fields: { category_code: 'gas', level: 'serious', note: '软管开裂', grid_id: 'g' } })
    unmount()
  })

  it('comes back after a restart where it was, and the chosen level is not preset again', async () => {
    const first = await start()
    await first.report.go('form')
    await first.report.chooseLevel('serious')
    first.unmount()
    const again = await start(first.report.draft.value!.id)
    expect(again.report.step.value).toBe('form')
    await again.report.chooseCategory({ code: 'fire', default_level: 'general' } as never)
    expect(again.report.fields.value.level).toBe('serious')
    again.unmount()
  })

  it('goes into the queue, says so with 撤回, and 撤回 opens the draft again', async () => {
    const { report, unmount } = await start()
    await report.set({ category_code: 'fire', no_photo_reason: '正在冒烟' })
    expect(await report.send()).toBe(true)
    expect(await listDrafts()).toEqual([])
    expect(await account().outbox.counts()).toMatchObject({ waiting: 1 })
    const { line } = useToast()
    expect([line.value?.text, line.value?.action?.text]).toEqual(['已存在手机里，有网自动上传', '撤回'])
    await line.value!.action!.run()
    const [draft] = await listDrafts()
    expect(draft).toMatchObject({ fields: { category_code: 'fire', no_photo_reason: '正在冒烟' } })
    expect(await account().outbox.counts()).toMatchObject({ waiting: 0 })
    expect(router.currentRoute.value.path).toBe(`/report/${draft!.id}`)
    unmount()
  })

  it('that has left cannot be taken back, and that is said', async () => {
    const draft = await saveDraft(newReport({ category_code: 'fire' }))
    await enqueueReport(draft)
    await account().db.outbox.clear()
    const { got: say, unmount } = inside(useWithdrawal)
    say('已存在手机里', draft.id)
    await useToast().line.value!.action!.run()
    expect(useToast().line.value?.text).toBe('已经传上去了，不能撤回')
    unmount()
  })

  it('that was discarded leaves nothing', async () => {
    const { report, unmount } = await start()
    await report.set({ note: '看错了' })
    await report.drop()
    expect(await listDrafts()).toEqual([])
    unmount()
  })
})

describe('现场核验', () => {
  const open = (metres: number | null, draft: Partial<ActionDraft>, answer = true) => {
    const send = vi.fn(() => Promise.resolve(answer))
    const state = shallowRef({ id: 'a', hazardId: 'h', fields: {}, step: 'verify', ...draft } as ActionDraft)
    const step = {
      draft: state,
      shots: shallowRef([{ id: 'p', role: 'after', url: 'blob:p', takenAt: 0 }]),
      trouble: shallowRef(null),
      change: (part: object) => Promise.resolve(void (state.value = { ...state.value, ...part })),
      set: (part: object) => Promise.resolve(void (state.value = { ...state.value, fields: { ...state.value.fields, ...part } })),
    } as unknown as OpenStep
    const form = mount(VerifyForm, { props: { step, metres, hazard: aCase(), send }, global, attachTo: document.body })
    return { form, send }
  }
  const press = (form: ReturnType<typeof open>['form']) => form.get('footer .btn').trigger('click')

  it('on site goes through without a question', async () => {
    const { form, send } = open(40, { fields: { rating: 4 } })
    await press(form)
    expect(send.mock.calls).toEqual([['verify', '']])
    form.unmount()
  })

  it('far from the place asks 「是否在现场？」, stores the answer and does not block', async () => {
    const { form, send } = open(1_200, { fields: { rating: 4 } })
    await press(form)
    expect(send).not.toHaveBeenCalled()
    expect(form.text()).toContain('是否在现场？')
    await form.findAll('dialog .btn')[1]!.trigger('click')
    expect(send.mock.calls).toEqual([['verify', '（手机定位离案件位置约 1.2 公里，本人说明不在现场）']])
    form.unmount()
  })

  it('does not go without a rating, and says what is missing', async () => {
    const { form, send } = open(null, {})
    await press(form)
    expect([send.mock.calls.length, form.get('[role=alert]').text()]).toEqual([0, '点几颗星，评一下整改效果'])
    form.unmount()
  })

  it('a tapped reason becomes the sentence until a better one is written', async () => {
    const { form, send } = open(null, { step: 'reject' })
    await form.get('input[value=partly]').setValue()
    expect(form.get('textarea').element.value).toBe('只改了一部分')
    await form.get('textarea').setValue('北门还堵着')
    await form.get('input[value=not_done]').setValue()
    expect(form.get('textarea').element.value).toBe('北门还堵着')
    await press(form)
    expect(send.mock.calls).toEqual([['reject', '']])
    form.unmount()
  })

  it('what could not be kept can be handed in again', async () => {
    const { form, send } = open(40, { fields: { rating: 4 } }, false)
    await press(form)
    await flushPromises()
    await press(form)
    expect(send).toHaveBeenCalledTimes(2)
    form.unmount()
  })
})

describe('待上传', () => {
  it('放弃 is asked twice, and again from the start the next time', async () => {
    const sheet = mount(DiscardSheet, { props: { open: true }, attachTo: document.body })
    await flushPromises()
    await sheet.get('.danger').trigger('click')
    expect([sheet.emitted('discard'), sheet.text().includes('真的放弃')]).toEqual([undefined, true])
    await sheet.get('.danger').trigger('click')
    expect(sheet.emitted('discard')?.length).toBe(1)
    await sheet.setProps({ open: false })
    await sheet.setProps({ open: true })
    await flushPromises()
    expect(sheet.text()).not.toContain('真的放弃')
    sheet.unmount()
  })

  /** The page with these rows of one tap in line; 放弃 tapped twice, or 修改 once. */
  const tapped = async (rows: Partial<OutboxItem>[], press: '修改' | '放弃'): Promise<void> => {
    const far = Date.now() + 60_000
    const whole = (part: Partial<OutboxItem>, n: number) =>
      ({ seq: n + 1, itemId: `i${String(n + 1)}`, hazardId: 'h', draftId: 'd', lane: `l${String(n + 1)}`, personId: 'ann', action: null, size: 9, attempts: 1, holdUntil: far, notBefore: far, retryAfterUntil: 0, createdAt: 0, isRefused: false, lastError: null, problem: null, draft: null, ...part }) as OutboxItem
    await account().db.outbox.bulkPut(rows.map(whole))
    await account().db.bytes.bulkPut(['i1', 'i2'].map((photoId) => ({ photoId, bytes: new ArrayBuffer(9) })))
    const page = mount(PendingPage, { global, attachTo: document.body })
    const button = () => page.findAll('.buttons .btn').find((one) => one.text() === press)
    await expect.poll(button).toBeDefined()
    await button()!.trigger('click')
    await flushPromises()
    for (let n = 0; press === '放弃' && n < 2; n += 1) {
      document.querySelector<HTMLElement>('dialog .danger')!.click()
      await flushPromises()
    }
    await expect.poll(() => account().outbox.items().then(({ length }) => length)).toBeLessThan(rows.length)
    page.unmount()
  }
  const left = async () => (await account().outbox.items()).map(({ itemId }) => itemId)

  it('放弃 of a refused photo leaves the one that still waits, bytes included', async () => {
    await tapped([{ kind: 'photo' }, { kind: 'photo', isRefused: true }], '放弃')
    expect([await left(), await account().db.bytes.toCollection().primaryKeys()]).toEqual([['i1'], ['i1']])
  })

  const FIX = [{ kind: 'photo' }, { kind: 'action', action: 'fix_on_site', isRefused: true, draft: { kind: 'action', id: 'i2', hazardId: 'h', action: 'fix_on_site', fields: { note: '清了' }, photoIds: [], updatedAt: 1 } as never }] satisfies Partial<OutboxItem>[]

  it('放弃 of a refused fix leaves the photo of before', async () => {
    await tapped(FIX, '放弃')
    expect(await left()).toEqual(['i1'])
  })

  it('修改 of a refused fix opens it, though a photo waits before it', async () => {
    await tapped(FIX, '修改')
    expect([await left(), (await listDrafts()).map(({ id }) => id)]).toEqual([['i1'], ['i2']])
  })

  const row = (part: object, item: Partial<OutboxItem>) => {
    const items = [{ kind: 'hazard', action: null, size: 5_000, draft: { kind: 'report', photoIds: [], fields: {} }, isRefused: false, lastError: null, problem: null, ...item } as unknown as OutboxItem]
    const group = { draftId: 'd', hazardId: 'h', items, lead: items[0], photoIds: [], word: 'waiting', createdAt: Date.now(), ...part }
    return mount(QueueRow, { props: { group: group as never, hazards: new Map(), names: new Map([['t', '河边饭店']]) }, global })
  }
  const names = (made: ReturnType<typeof row>) => made.findAll('.btn').map((button) => button.text())

  it('a refused row says why and offers 再试 · 修改 · 放弃', async () => {
    const problem = { code: 'invalid', zh: '类别已停用。', en: '', fields: [], details: {}, status: 422 }
    const refused = row({ word: 'attention' }, { isRefused: true, problem })
    expect(refused.text()).toContain('需要处理')
    expect(refused.text()).toContain('类别已停用。')
    expect(names(refused)).toEqual(['再试', '修改', '放弃'])
    await refused.findAll('.btn')[0]!.trigger('click')
    expect(refused.emitted('retry')?.length).toBe(1)
  })

  it('a waiting row can be changed, one on the wire cannot', () => {
    expect(names(row({}, {}))).toEqual(['修改'])
    expect(names(row({ word: 'sending' }, {}))).toEqual([])
  })

  it('what cannot be changed has no button for it, and says what it is about', () => {
    const delay = { kind: 'delay', hazardId: 't', draft: null } as const
    const waiting = row({}, delay)
    expect([names(waiting), waiting.get('.title').text()]).toEqual([[], '河边饭店'])
    expect(names(row({ word: 'attention' }, { ...delay, isRefused: true }))).toEqual(['再试', '放弃'])
  })

  it('counts what has gone in this run', async () => {
    const [isSending, left] = [shallowRef(false), shallowRef(3)]
    const { got, unmount } = inside(() => useProgress(isSending, left, computed(() => 0)))
    expect(got.value).toBeNull()
    isSending.value = true
    await flushPromises()
    left.value = 1
    await flushPromises()
    expect(got.value).toEqual({ done: 2, all: 3 })
    isSending.value = false
    left.value = 0
    await flushPromises()
    expect(got.value).toBeNull()
    unmount()
  })
})
