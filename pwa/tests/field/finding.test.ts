// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ChecklistItem, ChecklistVersion, PatrolTask } from '@/contract'
import { account, openAccount } from '@/core/account'
import { newReport, newVisit, saveDraft } from '@/core/drafts'
import { session } from '@/core/session'
import type { VisitAnswer } from '@/core/types'
import FindingPanel from '@/field/visit/FindingPanel.vue'
import { missingOf } from '@/field/visit/form'
import { useVisit, type Visit } from '@/field/visit/useVisit'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const global = { plugins: [router] }
const ITEM = { code: 'SQ-01', question: '通道', kind: 'hazard', category_code: 'fire', applies_to: {} } as ChecklistItem
const TASK = { id: 't', object: { id: 'bundle', name: '沿街店铺' }, grid: { id: 'g' }, members: [{ id: 'a', name: '甲店' }, { id: 'b', name: '乙店' }] } as PatrolTask

beforeEach(() => {
  openAccount('ann')
  session.set({ me: { id: 'ann', seats: [{ grid: { id: 'g', name: '三网格' } }], permissions: [] } as never, isFresh: true, isExpired: false })
})
afterEach(async () => {
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

/** A visit to a bundle with one finding, opened; `tasks` is what the phone still knows. */
async function open(part: Partial<VisitAnswer>, tasks = [TASK]) {
  const { db } = account()
  await db.checklists.put({ id: 'v', items: [ITEM] } as unknown as ChecklistVersion)
  await db.tasks.bulkPut(tasks)
  const finding = newReport({ category_code: 'fire', place: '沿街店铺', enterprise_id: 'bundle' })
  const answer: VisitAnswer = { code: 'SQ-01', answer: 'issue', memberId: null, note: '', finding, ...part }
  const draft = await saveDraft({ ...newVisit({ task: TASK, versionId: 'v', gridId: 'g', title: '沿街店铺' }), answers: [answer] })
  let visit: Visit | undefined
  const Page = defineComponent({
    setup: () => ((visit = useVisit()), () => visit!.draft.value?.answers.map((one, at) => h(FindingPanel, { visit: visit!, item: ITEM, answer: one, at }))),
  })
  const page = mount(Page, { global })
  await visit!.start({ id: draft.id, taskId: undefined, listId: undefined })
  await flushPromises()
  return { page, visit: visit!, answer: () => visit!.draft.value!.answers[0]! }
}

describe('a finding at a member of a bundle', () => {
  it('is a case of that member, and of the bundle again when that is taken back', async () => {
    const { page, answer } = await open({})
    const where = () => [answer().memberId, answer().finding!.fields.place, answer().finding!.fields.enterprise_id]
    await page.get('select').setValue('b')
    await expect.poll(where).toEqual(['b', '乙店', 'b'])
    await page.get('select').setValue('')
    await expect.poll(where).toEqual([null, '沿街店铺', 'bundle'])
    page.unmount()
  })

  it('whose bundle is no more keeps its picker, so that it can be taken back', async () => {
    await account().db.objects.put({ id: 'a', name: '甲店' } as never)
    const { page, answer } = await open({ memberId: 'a' }, [])
    const picker = page.get('select')
    await expect.poll(() => picker.findAll('option').map((one) => one.text())).toEqual(['不只一家', '甲店'])
    expect(picker.element.value).toBe('a')
    await picker.setValue('')
    expect(answer().memberId).toBeNull()
    page.unmount()
  })
})

describe('a finding that was handed in before its visit came back', () => {
  it('is only looked at, says where more can be said, and keeps nobody from handing in', async () => {
    const { page, visit, answer } = await open({ isHandedIn: true }, [])
    expect(page.get('.away').text()).toBe('已单独上报，补充请到案件里')
    expect(page.findAll('textarea, select, button')).toEqual([])
    const before = answer()
    await visit.find(0, { fields: { note: '又堵了' } })
    await visit.fix(0, true, { rating: 5 })
    expect(answer()).toEqual(before)
    expect(missingOf(visit.draft.value!, visit.list.value!, [])).toBeNull()
    page.unmount()
  })

  it('says that it was thrown away, and can be answered again', async () => {
    const { page, visit } = await open({ isDiscarded: true }, [])
    expect(page.get('.away').text()).toBe('这条发现已作废，不会成为案件')
    expect(missingOf(visit.draft.value!, visit.list.value!, [])).toBeNull()
    await page.get('button').trigger('click')
    await expect.poll(() => visit.draft.value!.answers).toEqual([])
    page.unmount()
  })

  it('keeps its photos when the answer is changed, for they are not the visit’s', async () => {
    const { db } = account()
    await db.photos.put({ id: 'p', role: 'before', state: 'kept' } as never)
    const finding = { ...newReport({ category_code: 'fire' }), photoIds: ['p'] }
    const { page, visit } = await open({ isHandedIn: true, finding })
    await visit.choose(ITEM, 'fine')
    expect([visit.draft.value!.answers[0]!.finding, await db.photos.count()]).toEqual([null, 1])
    page.unmount()
  })
})
