// @vitest-environment happy-dom
import 'fake-indexeddb/auto'
import { beforeEach, describe, expect, it, vi } from 'vitest'

const ME = { id: 'ann', name: '张三', seats: [], permissions: [], server_time: '2026-11-22T02:00:10Z' }
const answers: (() => Promise<Response>)[] = []
const asked: Request[] = []
vi.stubGlobal('fetch', (request: Request) => {
  asked.push(request)
  return (answers.shift() ?? (() => Promise.reject(new TypeError('failed to fetch'))))()
})
const json = (body: unknown, status = 200) => () => Promise.resolve(Response.json(body, { status }))
const { changePassword, loadMe, session, signIn, signOut, startSession } = await import('@/core/session')
const { api, problemOf } = await import('@/core/api')
const { forgetCopy, readKept } = await import('@/core/keep')
const { contact, serverNow } = await import('@/core/contact')

beforeEach(async () => {
  localStorage.clear()
  await forgetCopy()
  answers.length = asked.length = 0
  session.set({ me: null, isFresh: false, isExpired: false })
})

describe('who is here', () => {
  it('asks the server first and keeps a copy for the time without a network', async () => {
    answers.push(json(ME))
    expect(await loadMe()).toMatchObject({ me: { id: 'ann' }, isFresh: true, isExpired: false })
    session.set({ me: null, isFresh: false, isExpired: false })
    expect(startSession()).toMatchObject({ me: { id: 'ann' }, isFresh: false })
    expect(await loadMe()).toMatchObject({ me: { name: '张三' }, isFresh: false, isExpired: false })
  })

  it('is nobody without a copy, and a captive portal is not a person', async () => {
    expect(await loadMe()).toBeNull()
    answers.push(json({ hello: 'wifi' }))
    expect(await loadMe()).toBeNull()
    answers.push(() => Promise.resolve(new Response('<html>', { headers: { 'Content-Type': 'text/html' } })))
    expect(await loadMe()).toBeNull()
  })

  it('finds the person again, offline, when the browser had not yet written its first copy to disk', async () => {
    answers.push(json(ME))
    await loadMe()
    await expect.poll(async () => ((await readKept()) as { id?: string } | undefined)?.id).toBe('ann')
    localStorage.clear()
    session.set({ me: null, isFresh: false, isExpired: false })
    expect(await loadMe()).toMatchObject({ me: { id: 'ann' }, isFresh: false })
    await signOut()
    expect(await loadMe()).toBeNull()
  })

  it('stays out after signing out without a network, until somebody signs in', async () => {
    answers.push(json(ME))
    await loadMe()
    await signOut()
    expect([await loadMe(), session.get().me]).toEqual([null, null])
    const gone = () => Promise.resolve(new Response(null, { status: 204 }))
    answers.push(gone, json({ code: 'not_signed_in', zh: '登录过期', en: '' }, 401))
    asked.length = 0
    expect(await loadMe()).toBeNull()
    expect(asked.map((request) => request.method)).toEqual(['DELETE', 'GET'])
    answers.push(json(ME))
    expect(await loadMe()).toMatchObject({ me: { id: 'ann' } })
  })

  it('does not change hands under the fingers when another tab signs in as somebody else', async () => {
    answers.push(json(ME), json({ ...ME, id: 'bo', name: '王五' }))
    await loadMe()
    expect(await loadMe()).toMatchObject({ me: { id: 'ann' }, isFresh: false, isExpired: true, takenOverBy: '王五' })
  })

  it('lets an expired person go on capturing', async () => {
    answers.push(json(ME), json({ code: 'not_signed_in', zh: '登录过期', en: '' }, 401))
    await loadMe()
    expect(await loadMe()).toMatchObject({ me: { id: 'ann' }, isFresh: false, isExpired: true })
  })

  it('notices at any request that the session has ended; a wrong password is something else', async () => {
    answers.push(json(ME), json({ code: 'wrong_sign_in', zh: '不对', en: '' }, 401))
    await loadMe()
    expect(await changePassword('a', 'b')).toMatchObject({ ok: false, problem: { code: 'wrong_sign_in' } })
    await new Promise((done) => setTimeout(done, 5))
    expect(session.get().isExpired).toBe(false)
    answers.push(json({ code: 'not_signed_in', zh: '登录过期', en: '' }, 401))
    await api.GET('/api/notifications')
    await expect.poll(() => session.get().isExpired).toBe(true)
  })
})

describe('signing in and out', () => {
  it('answers with the person or with the reason', async () => {
    answers.push(json({ code: 'wrong_sign_in', zh: '密码不对', en: 'wrong' }, 401), json(ME))
    expect(await signIn('138', 'x', '红米')).toMatchObject({ ok: false, problem: { zh: '密码不对', fields: [] } })
    expect(await signIn('138', 'y', '红米')).toMatchObject({ ok: true, me: { id: 'ann' } })
    expect(asked[1]!.headers.get('X-Device-Time')).toMatch(/^\d{4}-/)
    expect(session.get()).toMatchObject({ isFresh: true })
  })

  it('signs out here even without a network', async () => {
    answers.push(json(ME))
    await loadMe()
    await signOut()
    expect(session.get().me).toBeNull()
    expect(startSession().me).toBeNull()
  })
})

describe('contact', () => {
  it('moves with answers that are ours, not with a portal, and knows the skew', async () => {
    answers.push(() => Promise.resolve(new Response('<html>', { headers: { 'Content-Type': 'text/html' } })))
    contact.set({ lastAt: null, skewMs: 0 })
    await api.GET('/api/notifications').catch(() => undefined)
    expect(contact.get().lastAt).toBeNull()
    answers.push(json({ ...ME, server_time: new Date(Date.now() + 3_600_000).toISOString() }))
    await loadMe()
    expect(contact.get().lastAt).not.toBeNull()
    expect(Math.round((serverNow() - Date.now()) / 60_000)).toBe(60)
  })

  it('has words for whatever was thrown', () => {
    expect(problemOf(new TypeError('x'))).toMatchObject({ code: 'unreachable' })
    expect(problemOf({ code: 'invalid', zh: '不对', en: 'no' })).toMatchObject({ code: 'invalid', fields: [] })
    expect(problemOf(undefined).zh).not.toBe('')
  })
})
