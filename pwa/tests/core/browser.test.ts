// @vitest-environment happy-dom
/** The wiring between the phone's modules and the server's routes. */
import 'fake-indexeddb/auto'
import { afterEach, expect, it, vi } from 'vitest'
import { account, openAccount } from '@/core/account'
import { problem } from './server'

const ANSWERS: Record<string, unknown> = {
  '/api/sync/changes': { cursor: 'c', has_more: false, reset: false, hazards: [], gone: [], unread: 0, server_time: new Date().toISOString() },
  '/api/rules': { categories: [] },
  '/api/grids': [],
  '/api/objects': { items: [], next: null },
  '/api/patrols/mine': { day: '2026-11-23', tasks: [], list_ids: ['v'] },
  '/api/checklists/versions/v': { id: 'v', key: 'v', number: 1, items: [] },
}
const ORDER_MS = 30_000
let busy = ''
let asked: string[] = []
vi.stubGlobal('fetch', ({ url }: Request) => {
  const { pathname } = new URL(url)
  asked.push(pathname)
  if (pathname === busy) return Promise.resolve(Response.json(problem('crowded'), { status: 429, headers: { 'Retry-After': '30' } }))
  return Promise.resolve(Response.json(ANSWERS[pathname]))
})

let persons = 0
afterEach(() => account().close())

it('asks for all that a phone has to know', async () => {
  const { pull } = openAccount(`person ${String((persons += 1))}`)
  ;[busy, asked] = ['', []]
  expect(await pull.pull()).toMatchObject({ isDone: true })
  expect(new Set(asked)).toEqual(new Set(Object.keys(ANSWERS)))
})

it.each(Object.keys(ANSWERS))('comes back when the server says so, also if it is too busy for %s alone', async (path) => {
  const { pull } = openAccount(`person ${String((persons += 1))}`)
  ;[busy, asked] = [path, []]
  const from = Date.now()
  expect(await pull.pull()).toMatchObject({ isDone: false })
  expect(pull.wakeAt.get()! - from).toBeGreaterThanOrEqual(ORDER_MS)
  const before = asked.length
  await pull.pull()
  expect(asked).toHaveLength(before)
})
