/**
 * Random schedules against the production outbox: taps, faults, crashes, two tabs, changes of account,
 * a server set back to yesterday. After every step nothing may be lost, doubled, or sent as another.
 */
import { describe, expect, it } from 'vitest'
import { createOutbox } from '@/core/outbox/create'
import type { Outbox } from '@/core/outbox/types'
import { createReconcile } from '@/core/reconcile'
import { answers, forged, lostAnswer, lostRequest, portal, problem, type Fault } from './server'
import { draftReport, newPhone, takePhoto, type Phone } from './phone'

function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

type Wrap = (fetch: Phone['server']['fetch']) => Phone['server']['fetch']

class World {
  readonly random: () => number
  readonly phone: Phone
  tabs: Outbox[]
  /** itemId → hash of every item that was said to be 「已存在手机里」 and not taken back. */
  readonly promised = new Map<string, string>()
  private readonly takenBack = new Set<string>()
  private hasCrashed = false

  constructor(seed: number, wrap: Wrap = (fetch) => fetch) {
    this.random = chance(seed)
    const phone = newPhone({ random: this.random })
    phone.deps.fetch = wrap(phone.server.fetch)
    this.phone = phone
    this.tabs = [createOutbox(phone.deps), createOutbox(phone.deps)]
  }

  pick<T>(all: readonly T[]): T {
    return all[Math.floor(this.random() * all.length)] as T
  }

  async step(): Promise<void> {
    const often = [this.report, this.report, this.flush, this.flush, this.flush, this.flush, this.flush, this.wait]
    const rare = [this.fix, this.act, this.wait, this.withdraw, this.person, this.shelf, this.reconcile, this.restore]
    if (this.random() < 0.4) this.breakSomething()
    await this.pick([...often, ...rare]).call(this)
    await this.check()
  }

  async report(): Promise<void> {
    await this.enqueue((tab, draft) => tab.enqueueReport(draft), Math.floor(this.random() * 3))
  }

  async fix(): Promise<void> {
    const after = await takePhoto(this.phone, 'after')
    await this.enqueue((tab, draft) => {
      const fixed = this.phone.drafts.withFix({ ...draft, photoIds: [...draft.photoIds, after] }, 4)
      return tab.enqueueReport(fixed)
    }, 1)
  }

  async act(): Promise<void> {
    const items = await this.tabs[0]!.items()
    if (items.length === 0) return
    const draft = this.phone.drafts.newAction(this.pick(items).hazardId, 'comment', { note: '补充' })
    await this.tabs[0]!.enqueueAction(draft)
    await this.promise()
  }

  private async enqueue(
    put: (tab: Outbox, draft: Awaited<ReturnType<typeof draftReport>>) => Promise<unknown>,
    photos: number,
  ): Promise<void> {
    const draft = await draftReport(this.phone, photos)
    await put(this.pick(this.tabs), draft)
    await this.promise()
    if (this.random() < 0.7) this.phone.clock.pass(5_000)
  }

  private async promise(): Promise<void> {
    for (const item of await this.tabs[0]!.items()) this.promised.set(item.itemId, item.sha256)
  }

  /** In one tab or both, awaited or cut by a crash at a random moment. */
  async flush(): Promise<void> {
    const isManual = this.random() < 0.3
    const tabs = this.random() < 0.3 ? this.tabs : [this.pick(this.tabs)]
    if (this.random() < 0.25) this.phone.server.faults.splice(Math.floor(this.random() * 4), 0, this.crash())
    const running = Promise.all(tabs.map((tab) => tab.flush(isManual)))
    await Promise.race([running, this.untilCrash()])
    if (!this.hasCrashed) return
    this.hasCrashed = false
    this.phone.locks.release()
    this.tabs = [createOutbox(this.phone.deps), createOutbox(this.phone.deps)]
  }

  /** The process dies while it waits for the answer, which may be on its way. */
  private crash(): Fault {
    const isCommitted = this.random() < 0.5
    return async (next) => {
      if (isCommitted) await next()
      this.hasCrashed = true
      return new Promise<Response>(() => undefined)
    }
  }

  private async untilCrash(): Promise<void> {
    for (let n = 0; n < 2_000 && !this.hasCrashed; n += 1) await new Promise((done) => setTimeout(done, 1))
  }

  async wait(): Promise<void> {
    this.phone.clock.pass(this.pick([300, 5_000, 60_000, 600_000]))
  }

  breakSomething(): void {
    const kinds: Fault[] = [
      lostRequest,
      lostAnswer,
      portal,
      answers(500),
      answers(503, problem('database_unavailable'), { 'Retry-After': '15' }),
      answers(429),
      answers(401, problem('not_signed_in')),
      answers(413, '<html>'),
      answers(422, problem('incomplete')),
      answers(302),
      forged({ id: 'another' }),
      forged({ sha256: 'f'.repeat(64) }),
    ]
    const { server } = this.phone
    server.faults.push(...Array.from({ length: 1 + Math.floor(this.random() * 3) }, () => this.pick(kinds)))
    if (this.random() < 0.2) server.sessionFaults.push(this.pick([lostRequest, portal, answers(500)]))
  }

  person(): void {
    this.phone.server.signedIn = this.pick(['ann', 'ann', 'ann', 'ann', 'bo', null])
  }

  async withdraw(): Promise<void> {
    const items = await this.tabs[0]!.items()
    if (items.length > 0) await this.takeBack(() => this.tabs[0]!.withdraw(this.pick(items).draftId))
  }

  /** What is red: again, changed, or away. */
  async shelf(): Promise<void> {
    const red = (await this.tabs[0]!.items()).find((item) => item.isRefused)
    if (!red) return
    const tab = this.pick(this.tabs)
    const choice = this.pick(['retry', 'edit', 'discard'])
    if (choice === 'retry') return tab.retry(red.seq)
    await this.takeBack(() => (choice === 'edit' ? tab.edit(red.seq) : tab.discard(red.seq)))
  }

  /** What the person takes out of the line was promised no longer. */
  private async takeBack(work: () => Promise<unknown>): Promise<void> {
    const before = await this.tabs[0]!.items()
    await work()
    const left = new Set((await this.tabs[0]!.items()).map((item) => item.itemId))
    for (const { itemId } of before) {
      if (left.has(itemId)) continue
      this.promised.delete(itemId)
      this.takenBack.add(itemId)
    }
  }

  async reconcile(): Promise<void> {
    const { db, clock, server } = this.phone
    const status = (id: string) => (server.has(id) ? this.pick(['received', 'complete']) : 'unknown')
    await createReconcile({
      db,
      now: clock.now,
      ask: ({ items }) =>
        Promise.resolve({ items: items.map(({ kind, id }) => ({ kind, id, status: status(id) })), server_time: '' }),
      counts: () => this.tabs[0]!.counts(),
      appVersion: '',
    }).reconcile()
  }

  /** The server loses its newest rows; only those that nobody has been told are complete. */
  async restore(): Promise<void> {
    if (this.random() < 0.7) return
    const rows = await this.phone.db.receipts.toArray()
    for (const row of rows) {
      if (!row.isComplete && this.random() < 0.3) this.phone.server.stored.delete(row.itemId)
    }
  }

  async check(): Promise<void> {
    const { db, server } = this.phone
    const waiting = new Map((await db.outbox.toArray()).map((item) => [item.itemId, item]))
    const kept = new Map((await db.receipts.toArray()).map((row) => [row.itemId, row]))
    const bytes = new Set(await db.bytes.toCollection().primaryKeys())
    for (const [id, sha256] of this.promised) {
      const there = server.stored.get(id)
      const here = waiting.get(id) ?? kept.get(id)?.item
      expect(there !== undefined || here != null, `${id} is nowhere`).toBe(true)
      if (there) expect(there.sha256, `${id} was altered`).toBe(sha256)
      if (!there && here?.kind === 'photo') expect(bytes.has(id), `bytes of ${id} are gone`).toBe(true)
    }
    for (const id of kept.keys()) expect(server.ever.has(id), `${id} was called uploaded and never was`).toBe(true)
    for (const [id, { by }] of server.stored) expect(by, `${id} was sent as another`).toBe('ann')
    expect(server.strangers, 'other content under a known id').toBe(0)
  }

  /** The network heals, Ann is here: everything must drain, and every item be there once. */
  async heal(): Promise<void> {
    const { server, clock } = this.phone
    server.faults = []
    server.sessionFaults = []
    server.signedIn = 'ann'
    for (let n = 0; n < 8; n += 1) {
      for (const item of await this.tabs[0]!.items()) if (item.isRefused) await this.tabs[0]!.retry(item.seq)
      clock.pass(7 * 60 * 60_000)
      await this.tabs[0]!.flush()
      await this.reconcile()
    }
    expect(await this.tabs[0]!.items()).toEqual([])
    const missing = [...this.promised.keys()].filter((id) => !server.has(id))
    expect(missing).toEqual([])
    const drafted = new Set([...this.promised.keys(), ...this.takenBack])
    expect([...server.stored.keys()].filter((id) => !drafted.has(id)), 'more than was ever made').toEqual([])
  }
}

const SEEDS = Number(process.env['SCHEDULES'] ?? 40)
const STEPS = 80

async function live(world: World): Promise<void> {
  for (let n = 0; n < STEPS; n += 1) await world.step()
  await world.heal()
  await world.check()
}

describe('random schedules', () => {
  it(`lose, double and mix up nothing in ${String(SEEDS * STEPS)} steps`, { timeout: 600_000 }, async () => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      await live(new World(seed)).catch((error: unknown) => {
        throw new Error(`seed ${String(seed)}: ${String((error as Error).message)}`, { cause: error })
      })
    }
  })

  /** The harness itself is tested: each of these bugs must be caught. */
  const own = (id: string, sha256: string) => ({ receipt: { id, sha256, seq: 1, received_at: '', mac: 'm' } })
  const bugs: Record<string, Wrap> = {
    'any 2xx counts as received': (fetch) => async (url, init) => {
      const response = await fetch(url, init)
      if (url === '/api/session' || !response.ok) return response
      const digest = await import('@/core/hash').then(({ sha256Hex }) => sha256Hex(init.body as string))
      return Response.json(own(url.split('/').at(-1) ?? '', digest))
    },
    'nobody asks whose session it is': (fetch) => (url, init) =>
      url === '/api/session' ? Promise.resolve(Response.json({ id: 'ann' })) : fetch(url, init),
    'a new key for every attempt': (fetch) => {
      let n = 0
      return async (url, init) => {
        if (url === '/api/session') return fetch(url, init)
        const id = url.split('/').at(-1) ?? ''
        const answer = await fetch(`${url}-${String((n += 1))}`, init)
        const body = (await answer.clone().json().catch(() => null)) as { receipt?: object } | null
        return body?.receipt ? Response.json({ receipt: { ...body.receipt, id } }) : answer
      }
    },
    'a refusal counts as received': (fetch) => async (url, init) => {
      const response = await fetch(url, init)
      if (url === '/api/session' || response.status !== 422) return response
      const digest = await import('@/core/hash').then(({ sha256Hex }) => sha256Hex(init.body as string))
      return Response.json(own(url.split('/').at(-1) ?? '', digest))
    },
  }

  it.each(Object.keys(bugs))('catch the bug: %s', { timeout: 120_000 }, async (name) => {
    const caught = async (): Promise<boolean> => {
      for (let seed = 1; seed <= 20; seed += 1) {
        const isCaught = await live(new World(seed, bugs[name])).then(
          () => false,
          () => true,
        )
        if (isCaught) return true
      }
      return false
    }
    expect(await caught()).toBe(true)
  })
})
