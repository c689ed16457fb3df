// @vitest-environment happy-dom
/** The phone's engine as the field app starts it: real wiring, fake network, fake IndexedDB. */
import 'fake-indexeddb/auto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { delayTo } from '@/core/triggers'
import { Server, problem } from './server'

const server = new Server()
const reconciled: { unsent_count: number; items: { id: string; kind: string }[] }[] = []
let isOnline = true
let busyNews = 0
let newsAsked = 0

const me = (id: string) => ({
  ...{ id, name: id, seats: [], permissions: [], unread: 0, must_change_password: false },
  server_time: new Date().toISOString(),
})

async function route(path: string, init: { method: string; body: BodyInit | null }): Promise<Response> {
  const is = (start: string) => path.startsWith(start)
  if (!isOnline) throw new TypeError('failed to fetch')
  if (is('/api/session')) return sessionRoute(init)
  if (!server.signedIn) return Response.json(problem('not_signed_in'), { status: 401 })
  if (is('/api/sync/changes')) return news()
  if (is('/api/sync/reconcile')) return Response.json(reconcile(String(init.body)))
  if (is('/api/rules')) return Response.json({ categories: [] })
  if (is('/api/grids')) return Response.json([])
  if (is('/api/objects')) return Response.json({ items: [{ id: 'e' }], next: path.includes('cursor') ? null : 'more' })
  return server.fetch(path, init)
}

function sessionRoute({ method, body }: { method: string; body: BodyInit | null }): Response {
  if (method === 'POST') server.signedIn = (JSON.parse(String(body)) as { login: string }).login
  if (method === 'DELETE') server.signedIn = null
  if (method === 'DELETE') return new Response(null, { status: 204 })
  if (!server.signedIn) return Response.json(problem('not_signed_in'), { status: 401 })
  return Response.json(me(server.signedIn))
}

function news(): Response {
  newsAsked += 1
  if (busyNews-- > 0) return Response.json(problem('crowded'), { status: 429, headers: { 'Retry-After': '0' } })
  return Response.json(changes())
}

const changes = () => ({
  ...{ cursor: 'c', has_more: false, reset: false, gone: [], are_rules_changed: false, are_objects_changed: false, unread: 2 },
  hazards: [{ id: 'h1', version: 1, received_at: '2026', owner: server.signedIn }],
  server_time: new Date().toISOString(),
})

function reconcile(body: string) {
  const told = JSON.parse(body) as (typeof reconciled)[number]
  reconciled.push(told)
  return { items: told.items.map((item) => ({ ...item, status: 'complete' })), server_time: '' }
}

beforeAll(() => {
  vi.stubGlobal('fetch', async (input: Request | string, init?: RequestInit) => {
    if (typeof input === 'string') return route(input, { method: init?.method ?? 'GET', body: init?.body ?? null })
    const body = input.method === 'GET' ? null : await input.text()
    return route(new URL(input.url).pathname + new URL(input.url).search, { method: input.method, body })
  })
})
afterAll(() => vi.unstubAllGlobals())

const { startPhone, syncNow } = await import('@/core/phone')
const { session, signIn, signOut } = await import('@/core/session')
const { account, currentAccount } = await import('@/core/account')
const { newReport, saveDraft } = await import('@/core/drafts')
const { counts, enqueueReport, items } = await import('@/core/outbox')
const { unsentOfOthers, phoneStatus } = await import('@/core/status')
const { exportUnsent } = await import('@/core/rescue')

async function report(note: string): Promise<string> {
  const draft = await saveDraft(newReport({ category_code: 'fire', note }))
  await enqueueReport(draft)
  await account().db.outbox.toCollection().modify({ holdUntil: 0 })
  return draft.id
}

describe('the engine of the field app', () => {
  it('knows nobody at first, opens an account at sign-in and fetches what concerns the person', async () => {
    server.signedIn = null
    startPhone()
    expect(session.get().me).toBeNull()
    expect(currentAccount.get()).toBeNull()
    expect(() => account()).toThrow('no account')
    expect(await signIn('ann', 'secret', '测试机')).toMatchObject({ ok: true })
    await expect.poll(() => account().db.hazards.count()).toBe(1)
    await expect.poll(() => account().db.objects.count()).toBe(1)
    expect(await account().pull.rules()).toEqual({ categories: [] })
  })

  it('sends what was saved, tells the server, and is quiet', async () => {
    const id = await report('一')
    await syncNow()
    expect(server.has(id)).toBe(true)
    expect(await counts()).toMatchObject({ waiting: 0, attention: 0 })
    await expect.poll(() => reconciled.some((told) => told.items.some((item) => item.id === id))).toBe(true)
    await expect.poll(async () => (await account().db.receipts.get(id))?.isComplete).toBe(true)
  })

  it('wakes by itself when the time of 撤回 is over', async () => {
    const draft = await saveDraft(newReport({ category_code: 'fire', note: '自己走' }))
    const impatient = (_key: unknown, row: { holdUntil: number }) => void (row.holdUntil = Date.now() + 30)
    account().db.outbox.hook('creating', impatient)
    await enqueueReport(draft)
    await expect.poll(() => server.has(draft.id), { timeout: 2_000 }).toBe(true)
    account().db.outbox.hook('creating').unsubscribe(impatient)
  })

  it('wakes after the moment that it waits for, never a hair before it', () => {
    expect(delayTo(1_000.4, 0)).toBeGreaterThan(1_001)
    expect(delayTo(0, 1_000)).toBeGreaterThan(0)
  })

  it('comes back for the news by itself when too many ask at once', async () => {
    busyNews = 2
    newsAsked = 0
    await syncNow()
    expect(newsAsked).toBe(1)
    expect(account().pull.wakeAt.get()).not.toBeNull()
    await expect.poll(() => newsAsked, { timeout: 8_000 }).toBe(3)
    await expect.poll(() => account().pull.wakeAt.get()).toBeNull()
  })

  it('keeps everything without a network and goes on with the first `online`', async () => {
    isOnline = false
    const id = await report('没信号')
    await syncNow()
    expect(account().outbox.state.get().stopped).toBe('unreachable')
    expect(await items()).toHaveLength(1)
    isOnline = true
    window.dispatchEvent(new Event('online'))
    await expect.poll(() => server.has(id)).toBe(true)
  })

  it('leaves the records of Ann to Ann when Bo takes the phone over', async () => {
    isOnline = false
    const id = await report('张三的')
    const hers = account().db
    isOnline = true
    await signOut()
    expect(currentAccount.get()).toBeNull()
    await signIn('bo', 'secret', '测试机')
    await syncNow()
    expect(account().personId).toBe('bo')
    expect(server.has(id)).toBe(false)
    expect(await hers.outbox.count()).toBe(1)
    expect(await items()).toEqual([])
    expect(await unsentOfOthers('bo')).toEqual([{ personId: 'ann', name: 'ann', unsent: 1 }])
    await signOut()
    await signIn('ann', 'secret', '测试机')
    await syncNow()
    await expect.poll(() => server.stored.get(id)?.by).toBe('ann')
  })

  it('reads and writes nothing as Bo when another tab has signed in as Bo', async () => {
    const before = reconciled.length
    await account().db.hazards.clear()
    server.signedIn = 'bo'
    const id = await report('还是张三的')
    await syncNow()
    expect(account().personId).toBe('ann')
    expect(session.get()).toMatchObject({ isExpired: true, takenOverBy: 'bo' })
    expect(await account().db.hazards.count()).toBe(0)
    expect(reconciled.length).toBe(before)
    expect(server.has(id)).toBe(false)
    expect(await signIn('ann', 'secret', '测试机')).toMatchObject({ ok: true })
    await expect.poll(() => server.has(id)).toBe(true)
  })

  it('says what kind of phone this is, and exports under the name of the person', async () => {
    expect(await phoneStatus()).toMatchObject({ level: 'b', isPersisted: false })
    isOnline = false
    await report('要导出')
    const file = await exportUnsent()
    expect(file.name).toMatch(/^safegrid-\d{4}-\d\d-\d\d\.json$/)
    expect(JSON.parse(await file.text())).toMatchObject({ v: 1, person: { id: 'ann' }, items: [{ kind: 'hazard' }] })
    isOnline = true
  })
})
