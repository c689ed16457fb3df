import { describe, expect, it } from 'vitest'
import type { Changes, HazardView, Rules } from '@/contract'
import { createPull, type Later, type Reference } from '@/core/pull'
import { newPhone } from './phone'

function hazard(id: string, version = 1): HazardView {
  return { id, version, state: 'escalated', received_at: `2026-11-2${id.length}T00:00:00Z` } as HazardView
}

function page(cursor: string, over: Partial<Changes> = {}): Changes {
  return {
    cursor,
    has_more: false,
    reset: false,
    hazards: [],
    gone: [],
    are_rules_changed: false, are_objects_changed: false,
    unread: 0,
    server_time: '2026-11-22T02:00:00Z',
    ...over,
  }
}

const reference: Reference = {
  rules: { categories: [{ code: 'fire' }] } as Rules,
  objects: [{ id: 'e1' }] as Reference['objects'],
  grids: [],
}

function feed(pages: (Changes | Later | null)[], references: (Reference | Later | null)[] = [reference]) {
  const phone = newPhone()
  const asked: string[] = []
  let referenceReads = 0
  const pull = createPull({
    db: phone.db,
    now: phone.clock.now,
    random: () => 0.5,
    changes: (since) => (asked.push(since), Promise.resolve(pages.shift() ?? null)),
    reference: () => ((referenceReads += 1), Promise.resolve(references.shift() ?? null)),
    tasks: () => Promise.resolve(null),
    checklist: () => Promise.resolve(null),
    picture: () => Promise.resolve(null),
    isShort: () => Promise.resolve(false),
  })
  return { phone, pull, asked, pages, reads: () => referenceReads }
}

describe('pull', () => {
  it('walks all pages, moves the cursor with each, and reads the rules once', async () => {
    const { phone, pull, asked, reads } = feed([
      page('c1', { has_more: true, hazards: [hazard('a')] }),
      page('c2', { hazards: [hazard('bb')], unread: 3 }),
    ])
    expect(await pull.pull()).toEqual({ isDone: true, changed: 2, unread: 3 })
    expect(asked).toEqual(['', 'c1'])
    expect(await phone.db.hazards.count()).toBe(2)
    expect(await pull.rules()).toEqual(reference.rules)
    expect(await pull.pulledAt()).toBe(phone.clock.at)
    expect(reads()).toBe(1)
  })

  it('goes on where it was cut off', async () => {
    const { phone, pull, asked, pages } = feed([page('c1', { has_more: true, hazards: [hazard('a')] }), null])
    expect(await pull.pull()).toMatchObject({ isDone: false, changed: 1 })
    expect(await pull.pulledAt()).toBeNull()
    pages.push(page('c2', { hazards: [hazard('bb')] }))
    expect(await pull.pull()).toMatchObject({ isDone: true })
    expect(asked).toEqual(['', 'c1', 'c1'])
    expect(await phone.db.hazards.count()).toBe(2)
  })

  it('forgets the copy on a reset and takes tombstones away', async () => {
    const { phone, pull, pages } = feed([page('c1', { hazards: [hazard('a'), hazard('bb')] })])
    await pull.pull()
    pages.push(page('c2', { gone: ['a'] }))
    await pull.pull()
    expect(await phone.db.hazards.toCollection().primaryKeys()).toEqual(['bb'])
    pages.push(page('c9', { reset: true, hazards: [hazard('ccc')] }))
    await pull.pull()
    expect(await phone.db.hazards.toCollection().primaryKeys()).toEqual(['ccc'])
  })

  it('does not let a late page overwrite a newer copy', async () => {
    const { phone, pull, pages } = feed([page('c1', { hazards: [hazard('a', 7)] })])
    await pull.pull()
    pages.push(page('c2', { hazards: [hazard('a', 5)] }))
    await pull.pull()
    expect((await pull.hazard('a'))?.version).toBe(7)
    expect(await phone.db.hazards.count()).toBe(1)
  })

  it('does not turn for ever on a page that promises more and does not move', async () => {
    const { pull, asked } = feed([page('c1', { has_more: true }), page('c1', { has_more: true }), page('c1', { has_more: true })])
    await pull.pull()
    expect(asked).toEqual(['', 'c1'])
  })

  it('keeps page and cursor together when the phone fails in between', async () => {
    const { phone, pull, pages } = feed([page('c1', { hazards: [hazard('a')] })])
    const broken = () => {
      throw new Error('disk')
    }
    phone.db.meta.hook('creating', broken)
    expect(await pull.pull()).toMatchObject({ isDone: false })
    expect(await phone.db.hazards.count()).toBe(0)
    phone.db.meta.hook('creating').unsubscribe(broken)
    pages.push(page('c1', { hazards: [hazard('a')] }))
    expect(await pull.pull()).toMatchObject({ isDone: true })
  })

  it('reads the rules again when they changed, or after a day, and keeps the old ones if it cannot', async () => {
    const { phone, pull, pages, reads } = feed([page('c1')], [reference, null, reference, reference])
    await pull.pull()
    pages.push(page('c2'))
    await pull.pull()
    expect(reads()).toBe(1)
    pages.push(page('c3', { are_rules_changed: true }))
    await pull.pull()
    expect(reads()).toBe(2)
    expect(await pull.rules()).toEqual(reference.rules)
    phone.clock.pass(25 * 60 * 60_000)
    pages.push(page('c4'))
    await pull.pull()
    expect(reads()).toBe(3)
    pages.push(page('c5', { are_objects_changed: true }))
    await pull.pull()
    expect(reads()).toBe(4)
  })

  it('runs once when asked twice at the same time', async () => {
    const { pull, asked } = feed([page('c1')])
    await Promise.all([pull.pull(), pull.pull()])
    expect(asked).toEqual([''])
  })

  it('comes back when the server says, asks nothing before, and never gives up', async () => {
    const busy = { orderMs: 30_000 }
    const { phone, pull, asked, pages } = feed([page('c1', { has_more: true, hazards: [hazard('a')] }), busy])
    expect(await pull.pull()).toMatchObject({ isDone: false, changed: 1 })
    expect(pull.wakeAt.get()).toBe(phone.clock.at + 30_500)
    expect(await pull.pull()).toMatchObject({ isDone: false, changed: 0 })
    expect(asked).toEqual(['', 'c1'])
    for (let n = 0; n < 100; n += 1) {
      pages.push({ orderMs: 1_000 })
      phone.clock.at = pull.wakeAt.get()!
      expect(await pull.pull()).toMatchObject({ isDone: false })
      expect(pull.wakeAt.get()).toBe(phone.clock.at + 1_500)
    }
    phone.clock.pass(2_000)
    pages.push(page('c2', { hazards: [hazard('bb')] }))
    expect(await pull.pull()).toMatchObject({ isDone: true, changed: 1 })
    expect(pull.wakeAt.get()).toBeNull()
    expect(asked.at(-1)).toBe('c1')
  })

  it('waits as long as the server asks also when it is the rules that it has no time for', async () => {
    const { phone, pull, pages, reads } = feed([page('c1')], [{ orderMs: 20_000 }, { orderMs: null }, { orderMs: null }, reference])
    expect(await pull.pull()).toMatchObject({ isDone: false })
    expect(pull.wakeAt.get()).toBe(phone.clock.at + 20_500)
    expect(await pull.pull()).toMatchObject({ isDone: false })
    const waits: number[] = []
    for (const cursor of ['c2', 'c3', 'c4']) {
      phone.clock.at = pull.wakeAt.get()!
      pages.push(page(cursor))
      await pull.pull()
      waits.push((pull.wakeAt.get() ?? phone.clock.at) - phone.clock.at)
    }
    expect(waits).toEqual([2_000, 4_000, 0])
    expect(reads()).toBe(4)
    expect(await pull.rules()).toEqual(reference.rules)
  })

  it('waits longer and longer, with jitter, for a server that does not say how long', async () => {
    const { phone, pull, pages } = feed([])
    const waits: number[] = []
    for (let n = 0; n < 12; n += 1) {
      pages.push({ orderMs: null })
      await pull.pull()
      waits.push(pull.wakeAt.get()! - phone.clock.at)
      phone.clock.at = pull.wakeAt.get()!
    }
    expect(waits.slice(0, 4)).toEqual([1_000, 2_000, 4_000, 8_000])
    expect(Math.max(...waits)).toBe(150_000)
  })

  it('is not held for a year by an order noted under another clock', async () => {
    const { phone, pull, asked, pages } = feed([{ orderMs: 30_000 }])
    await pull.pull()
    phone.clock.pass(-365 * 24 * 60 * 60_000)
    pages.push(page('c1'))
    expect(await pull.pull()).toMatchObject({ isDone: true })
    expect(asked).toHaveLength(2)
  })

  it('reads changed rules also if it was cut off after the page that told of them', async () => {
    const { pull, pages, reads } = feed([page('c1')], [reference, reference])
    await pull.pull()
    pages.push(page('c2', { has_more: true, are_rules_changed: true }), null)
    await pull.pull()
    expect(reads()).toBe(1)
    pages.push(page('c3'))
    await pull.pull()
    expect(reads()).toBe(2)
  })
})
