// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import '@/words/field'
import { flushPromises, mount } from '@vue/test-utils'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import { createMemoryHistory, createRouter } from 'vue-router'
import type { ChecklistVersion, PatrolTask, PhotoRole, ReportHazard } from '@/contract'
import { account, openAccount } from '@/core/account'
import { newReport, newVisit, saveDraft } from '@/core/drafts'
import { session } from '@/core/session'
import DelaySheet from '@/field/patrols/DelaySheet.vue'
import PatrolsPage from '@/field/patrols/PatrolsPage.vue'
import { useReport } from '@/field/report/useReport'
import { useVisit } from '@/field/visit/useVisit'

vi.stubGlobal('fetch', () => Promise.reject(new TypeError('failed to fetch')))
const router = createRouter({ history: createMemoryHistory(), routes: [{ path: '/:rest(.*)', component: { render: () => null } }] })
const global = { plugins: [router] }
const task = (id: string, part: object = {}): PatrolTask =>
  ({ id, due_on: '2026-11-23', original_due_on: '2026-11-23', duty: '巡查', rollovers: 0, grid: null, object: { id: `at-${id}`, name: id }, members: [], ...part }) as never

const list = (id: string, part: object = {}): ChecklistVersion => ({ id, key: id, number: 1, name: id, items: [], ...part }) as never
const signIn = (seats: object[]): void => session.set({ me: { id: 'ann', seats, permissions: [] } as never, isFresh: true, isExpired: false })

beforeEach(() => {
  openAccount('ann')
  signIn([{ grid: { id: 'g', name: '三网格' } }])
})
afterEach(async () => {
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

/** Until the phone's database has answered. */
async function settled(): Promise<void> {
  for (let n = 0; n < 5; n += 1) await new Promise((done) => setTimeout(done, 5))
  await flushPromises()
}

describe('今天做不了', () => {
  const open = async (of: PatrolTask) => {
    const sheet = mount(DelaySheet, { props: { task: of }, global, attachTo: document.body })
    await flushPromises()
    return sheet
  }

  it('tapped twice puts the task off once', async () => {
    const sheet = await open(task('河边饭店'))
    await sheet.get('input[value=closed]').setValue()
    const keep = sheet.get('.primary').element as HTMLButtonElement
    keep.click()
    keep.click()
    await expect.poll(() => sheet.emitted('close')?.length).toBe(1)
    await settled() // time for a second one
    expect((await account().outbox.items()).map(({ kind }) => kind)).toEqual(['delay'])
    expect(sheet.emitted('close')?.length).toBe(1)
    sheet.unmount()
  })

  it('opened for the next task knows nothing of what was said, and not kept, of the last', async () => {
    const sheet = await open(task('河边饭店'))
    await sheet.get('input[value=other]').setValue()
    await sheet.get('input[maxlength]').setValue('路断了')
    await sheet.setProps({ task: null })
    await sheet.setProps({ task: task('粮站') })
    await flushPromises()
    expect([sheet.find('input:checked').exists(), sheet.get('.primary').attributes('disabled')]).toEqual([false, ''])
    await sheet.get('input[value=other]').setValue()
    expect((sheet.get('input[maxlength]').element as HTMLInputElement).value).toBe('')
    sheet.unmount()
  })
})

describe('巡查', () => {
  const NOTHING = '今天没有要看的地方'
  const open = async () => {
    const page = mount(PatrolsPage, { global, attachTo: document.body })
    await settled()
    return page
  }
  const knows = async (ids: string[], lists: ChecklistVersion[]) => {
    await account().db.meta.put({ key: 'list_ids', value: ids })
    await account().db.checklists.bulkPut(lists)
  }

  it('does not say that there is nothing to do before the plan has ever come', async () => {
    const page = await open()
    await expect.poll(() => page.text()).toContain('还没下载到手机')
    expect(page.text()).not.toContain(NOTHING)
    await knows(['v'], [])
    await settled()
    expect(page.text()).not.toContain(NOTHING) // a task whose questions are not here is kept back
    await account().db.checklists.put(list('v'))
    await expect.poll(() => page.text()).toContain(NOTHING)
    page.unmount()
  })

  it('offers a look in passing only to those who have a grid to look at', async () => {
    await knows(['v'], [list('v')])
    const worker = await open()
    await expect.poll(() => worker.text()).toContain('路过顺便看看')
    signIn([{ grid: null, organization: { id: 'shop' } }])
    await expect.poll(() => worker.text()).not.toContain('路过顺便看看')
    worker.unmount()
  })

  it('lets the person choose the list where the task names none and there are several', async () => {
    const { db } = account()
    await db.tasks.bulkPut([task('粮站', { checklist_version_id: null }), task('饭店', { checklist_version_id: 'b' })])
    await knows(['a', 'b'], [list('a', { name: '九小' }), list('b', { name: '社区' })])
    const { got: visit, unmount } = inside(useVisit)
    await visit.start({ id: undefined, taskId: '饭店', listId: undefined })
    expect([visit.list.value?.id, visit.choices.value]).toEqual(['b', []])
    const { got: other, unmount: close } = inside(useVisit)
    await other.start({ id: undefined, taskId: '粮站', listId: undefined })
    expect([other.draft.value, other.choices.value.map(({ name }) => name)]).toEqual([null, ['九小', '社区']])
    await other.start({ id: undefined, taskId: '粮站', listId: 'b' })
    expect([other.draft.value?.versionId, other.draft.value?.taskId, other.choices.value]).toEqual(['b', '粮站', []])
    unmount()
    close()
  })
})

/** Runs a composable inside a page that the router knows. */
function inside<T>(use: () => T): { got: T; unmount: () => void } {
  let got: T | undefined
  const page = mount(defineComponent({ setup: () => ((got = use()), () => h('i')) }), { global })
  return { got: got as T, unmount: () => page.unmount() }
}

describe('the photo of a fix that is handed in as 上报', () => {
  const sha256 = 'a'.repeat(64)
  const shot = async (id: string, role: PhotoRole): Promise<string> => {
    const { db } = account()
    await db.photos.put({ id, role, state: 'kept', sha256, size: 8, takenAt: 0, source: 'camera' } as never)
    await Promise.all([db.bytes.put({ photoId: id, bytes: new ArrayBuffer(8) }), db.thumbs.put({ photoId: id, bytes: new ArrayBuffer(8), type: 'image/jpeg', keepUntil: null })])
    return id
  }
  const sent = async () => {
    const items = await account().outbox.items()
    const report = JSON.parse(items.find(({ kind }) => kind === 'hazard')!.body!) as ReportHazard
    return { photos: report.photos!.map(({ photo_id }) => photo_id), kinds: items.map(({ kind }) => kind), left: await account().db.photos.toCollection().primaryKeys() }
  }

  it('waits for a change of mind, and does not go with a visit', async () => {
    const found = newReport({ category_code: 'fire' })
    const photoIds = [await shot('p-before', 'before'), await shot('p-after', 'after')]
    const answer = { code: 'SQ-01', answer: 'issue' as const, memberId: null, note: '', finding: { ...found, photoIds } }
    await account().db.checklists.put(list('v'))
    const draft = await saveDraft({ ...newVisit({ task: null, versionId: 'v', gridId: 'g', title: '店' }), answers: [answer], photoIds })
    const { got: visit, unmount } = inside(useVisit)
    await visit.start({ id: draft.id, taskId: undefined, listId: undefined })
    await visit.fix(0, true, { rating: 4 })
    await visit.fix(0, false)
    expect(visit.draft.value!.answers[0]!.finding!.photoIds).toEqual(photoIds)
    expect(await visit.send()).toBe(true)
    expect(await sent()).toEqual({ photos: ['p-before'], kinds: ['visit', 'hazard', 'photo'], left: ['p-before'] })
    unmount()
  })

  it('does not go with a report', async () => {
    const photoIds = [await shot('p-before', 'before'), await shot('p-after', 'after')]
    const draft = await saveDraft({ ...newReport({ category_code: 'fire' }), photoIds, step: 'form' })
    const { got: report, unmount } = inside(useReport)
    await report.start(draft.id)
    expect(await report.send()).toBe(true)
    expect(await sent()).toEqual({ photos: ['p-before'], kinds: ['hazard', 'photo'], left: ['p-before'] })
    unmount()
  })
})
