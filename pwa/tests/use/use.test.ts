// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { effectScope, nextTick, type EffectScope } from 'vue'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'

const answers: (() => Promise<Response>)[] = []
vi.stubGlobal('fetch', () => (answers.shift() ?? (() => Promise.reject(new TypeError('failed to fetch'))))())
const json = (body: unknown, status = 200) => () => Promise.resolve(Response.json(body, { status }))

const { openAccount, account } = await import('@/core/account')
const { contact } = await import('@/core/contact')
const { newAction, newReport, saveDraft } = await import('@/core/drafts')
const { enqueueAction, enqueueReport } = await import('@/core/outbox')
const { session } = await import('@/core/session')
const { useHazard, useHazards, useReference } = await import('@/use/useHazards')
const { useInbox } = await import('@/use/useInbox')
const { useOnline } = await import('@/use/useOnline')
const { useOutbox } = await import('@/use/useOutbox')
const { usePolling } = await import('@/use/usePolling')
const { useSession } = await import('@/use/useSession')
const { useToast } = await import('@/use/useToast')

let scope: EffectScope
const run = <T>(work: () => T): T => scope.run(work) as T

beforeEach(() => {
  scope = effectScope()
  answers.length = 0
  openAccount('ann')
})
afterEach(async () => {
  scope.stop()
  vi.useRealTimers()
  await Promise.all(account().db.tables.map((table) => table.clear()))
})

describe('useOutbox', () => {
  it('shows one row for a tap, its photos inside, and the word for it', async () => {
    const { groups, counts } = run(useOutbox)
    await expect.poll(() => counts.value.waiting).toBe(0)
    const draft = await saveDraft(newReport({ category_code: 'fire' }))
    await enqueueReport(draft)
    await enqueueAction(newAction(draft.hazardId, 'comment', { note: '补充' }))
    await expect.poll(() => groups.value.map((group) => [group.lead?.kind, group.word])).toEqual([
      ['hazard', 'waiting'],
      ['action', 'waiting'],
    ])
    await account().db.outbox.where('itemId').equals(draft.id).modify({ isRefused: true })
    await expect.poll(() => [groups.value[0]?.word, counts.value]).toMatchObject(['attention', { waiting: 1, attention: 1 }])
  })
})

describe('useHazard', () => {
  const hazard = { id: 'h1', version: 2, received_at: '2026-11-22' }

  it('shows the copy at once and the server’s version when it comes', async () => {
    await account().db.hazards.put({ ...hazard, version: 1 } as never)
    const { hazard: shown, timeline, problem, refresh } = run(() => useHazard('h1'))
    await expect.poll(() => shown.value?.version).toBe(1)
    answers.push(json(hazard), json([{ seq: 1 }]))
    await refresh()
    await expect.poll(() => shown.value?.version).toBe(2)
    expect([timeline.value.length, problem.value]).toEqual([1, null])
    await refresh()
    expect(problem.value?.code).toBe('unreachable')
    expect(shown.value?.version).toBe(2)
    const { hazards } = run(useHazards)
    await expect.poll(() => hazards.value.length).toBe(1)
  })

  it('gives categories that are in use, offline', async () => {
    const categories = [{ code: 'a', is_active: true }, { code: 'b', is_active: false }]
    await account().db.meta.put({ key: 'rules', value: { categories } })
    const { categories: shown } = run(useReference)
    await expect.poll(() => shown.value.map((category) => category.code)).toEqual(['a'])
  })
})

describe('useInbox', () => {
  const line = (id: string, read_at: string | null = null) => ({ id, kind: 'x', hazard_id: null, params: {}, created_at: '', read_at })

  it('reads on, counts, and marks as read', async () => {
    const inbox = run(useInbox)
    answers.push(json({ items: [line('1'), line('2')], next: 'n', unread: 3 }))
    expect(await inbox.load()).toBeNull()
    expect([inbox.unread.value, inbox.hasMore.value]).toEqual([3, true])
    answers.push(json({ items: [line('3')], next: null, unread: 3 }), () => Promise.resolve(new Response(null, { status: 204 })))
    await inbox.more()
    await inbox.markRead(['1'])
    expect(inbox.items.value.map((each) => each.read_at !== null)).toEqual([true, false, false])
    expect([inbox.unread.value, inbox.hasMore.value]).toEqual([2, false])
    expect((await inbox.markRead())?.code).toBe('unreachable')
    inbox.noteUnread(9)
    expect(inbox.unread.value).toBe(9)
  })
})

describe('the small ones', () => {
  it('toast shows one line, with its action, and lets it go', async () => {
    vi.useFakeTimers()
    const { line, toast, clear } = useToast()
    const undo = vi.fn()
    toast('已保存', { action: { text: '撤回', run: undo } })
    expect(line.value?.action?.text).toBe('撤回')
    vi.advanceTimersByTime(4_999)
    expect(line.value).not.toBeNull()
    vi.advanceTimersByTime(1)
    expect(line.value).toBeNull()
    toast('一')
    toast('二')
    expect(line.value?.text).toBe('二')
    clear()
    expect(line.value).toBeNull()
  })

  it('online is what was heard last, not what the browser believes', () => {
    vi.useFakeTimers()
    contact.set({ lastAt: null, skewMs: 0 })
    const { isRecent, ago } = run(useOnline)
    expect([isRecent.value, ago.value.key]).toEqual([false, 'ago.never'])
    contact.set({ lastAt: Date.now(), skewMs: 0 })
    expect([isRecent.value, ago.value.key]).toEqual([true, 'ago.now'])
    vi.advanceTimersByTime(3 * 60_000)
    expect([isRecent.value, ago.value]).toEqual([false, { key: 'ago.minutes', params: { n: 3 } }])
  })

  it('session follows the store and knows permissions', async () => {
    const { me, may, isExpired, mustChangePassword } = run(useSession)
    session.set({ me: { id: 'ann', permissions: ['desk:use'], must_change_password: true } as never, isFresh: true, isExpired: true })
    await nextTick()
    expect([me.value?.id, may('desk:use'), may('people:edit'), isExpired.value, mustChangePassword.value]).toEqual([
      ...['ann', true, false, true, true],
    ])
  })

  it('polling runs at once, never twice at a time, and survives a failure', async () => {
    vi.useFakeTimers()
    let calls = 0
    let finish: () => void = () => undefined
    run(() => usePolling(() => ((calls += 1), new Promise<void>((_done, fail) => (finish = () => fail(new Error('no'))))), 1_000))
    await vi.advanceTimersByTimeAsync(5_000)
    expect(calls).toBe(1)
    finish()
    await vi.advanceTimersByTimeAsync(1_000)
    expect(calls).toBe(2)
    scope.stop()
    finish()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(calls).toBe(2)
  })
})
