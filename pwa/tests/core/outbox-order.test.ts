import { describe, expect, it } from 'vitest'
import { draftReport, MemoryLocks, newPhone, queueReport } from './phone'
import { answers, lostRequest, problem } from './server'

function noRoom(): never {
  throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
}

describe('order', () => {
  it('reads each row a few times, however many wait', async () => {
    const phone = newPhone()
    const waiting = 25
    for (let n = 0; n < waiting; n += 1) await queueReport(phone, 1)
    let rows = 0
    phone.db.outbox.hook('reading', (row) => ((rows += 1), row))
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 * waiting })
    expect(rows).toBeLessThan(5 * 2 * waiting)
  })

  it('sees what is added and taken out while it sends', async () => {
    const phone = newPhone()
    const first = await queueReport(phone, 0)
    const second = await queueReport(phone, 0)
    const late: string[] = []
    phone.server.faults = [
      async (next) => {
        const { seq } = (await phone.outbox.items()).find((item) => item.hazardId === second.hazardId)!
        await phone.outbox.discard(seq)
        late.push((await queueReport(phone, 0)).id)
        return next()
      },
    ]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect([first.id, second.id, late[0]!].map((id) => phone.server.has(id))).toEqual([true, false, true])
  })

  it('sends all JSON before any photo', async () => {
    const phone = newPhone()
    for (let n = 0; n < 3; n += 1) await queueReport(phone, 2)
    await phone.outbox.flush()
    const kinds = phone.server.log.map((line) => line.split('/')[2])
    expect(kinds).toEqual([...Array<string>(3).fill('hazards'), ...Array<string>(6).fill('photos')])
  })

  it('sends a report that was changed before the steps that were taken on it', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 0)
    await phone.outbox.enqueueAction(phone.drafts.newAction(draft.hazardId, 'comment', { note: '补充' }))
    const notFound = answers(404, problem('not_found'))
    phone.server.faults = [answers(422, problem('incomplete'))]
    phone.clock.pass(5_000)
    await phone.outbox.flush()
    const [report] = await phone.outbox.items()
    const again = await phone.outbox.edit(report!.seq)
    phone.server.faults = [notFound]
    await phone.outbox.flush() // the step alone: there is no case yet
    await phone.outbox.enqueueReport(again as typeof draft)
    phone.clock.pass(5_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect(phone.server.log.map((line) => line.includes('/actions/'))).toEqual([false, true])
  })

  it('does not wait for a year when the clock has been set back', async () => {
    const phone = newPhone()
    const year = 365 * 24 * 60 * 60_000
    phone.clock.pass(year)
    await queueReport(phone, 0)
    phone.server.faults = [answers(503, problem('busy'), { 'Retry-After': '30' })]
    await phone.outbox.flush()
    phone.clock.pass(-year)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
  })

  it('lets hazards go while the photo store is down', async () => {
    const phone = newPhone()
    await queueReport(phone)
    phone.server.faults = [(next) => next(), answers(503, problem('storage_unavailable'), { 'Retry-After': '30' })]
    await phone.outbox.flush()
    const second = await queueReport(phone)
    await phone.outbox.flush()
    expect(phone.server.has(second.id)).toBe(true)
    expect((await phone.outbox.items()).map((item) => item.kind)).toEqual(['photo', 'photo'])
    phone.clock.pass(30_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('spares a server in trouble: three tries, not one for each of a hundred items', async () => {
    const phone = newPhone()
    for (let n = 0; n < 10; n += 1) await queueReport(phone, 0)
    phone.server.faults = Array(10).fill(answers(500))
    expect(await phone.outbox.flush()).toMatchObject({ postponed: 3 })
    expect(await phone.outbox.flush()).toMatchObject({ postponed: 0 })
    expect(phone.outbox.state.get().wakeAt).toBeGreaterThan(phone.clock.at)
  })

  it('puts the photo that failed most behind the others', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 2)
    phone.server.faults = [(next) => next(), lostRequest, (next) => next(), lostRequest]
    await phone.outbox.flush()
    await phone.outbox.flush()
    expect(phone.server.has(draft.photoIds[0]!)).toBe(false)
    expect(phone.server.has(draft.photoIds[1]!)).toBe(true)
    await phone.outbox.flush()
    expect(phone.server.has(draft.photoIds[0]!)).toBe(true)
  })

  it('has one sender when two tabs flush at once', async () => {
    const one = newPhone()
    const other = newPhone({ db: one.db, server: one.server, clock: one.clock, locks: one.locks })
    for (let n = 0; n < 4; n += 1) await queueReport(one, 1)
    const [first, second] = await Promise.all([one.outbox.flush(), other.outbox.flush()])
    expect([first, second].map((result) => result.isElsewhere).sort()).toEqual([false, true])
    expect(one.server.log).toHaveLength(8)
    expect(other.outbox.state.get().wakeAt === null || other.outbox.state.get().wakeAt! > one.clock.at).toBe(true)
  })

  it('runs again for what was saved while it ran', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    await draftReport(phone, 0)
    const [a, b] = await Promise.all([phone.outbox.flush(), queueReport(phone, 0).then(() => phone.outbox.flush())])
    expect(a.accepted + b.accepted).toBeGreaterThanOrEqual(2)
    expect(phone.server.stored.size).toBe(2)
  })
})

describe('crashes', () => {
  it('settles by a repeat when killed between receipt and settle', async () => {
    const phone = newPhone()
    const draft = await queueReport(phone, 0)
    const dying = newPhone({ db: phone.db, server: phone.server, clock: phone.clock, locks: new MemoryLocks() })
    phone.server.faults = [async (next) => (await next(), new Promise<Response>(() => undefined))]
    void dying.outbox.flush()
    await expect.poll(() => phone.server.has(draft.id)).toBe(true)
    expect(await phone.outbox.items()).toHaveLength(1)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
    expect(phone.server.stored.size).toBe(1)
    expect(await phone.outbox.items()).toEqual([])
  })

  it('keeps the item when settling fails half-way', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    const put = phone.db.receipts.hook('creating', () => {
      throw new Error('disk')
    })
    void put
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 0, stopped: 'cut_off' })
    expect(await phone.outbox.items()).toHaveLength(1)
    expect(await phone.db.receipts.count()).toBe(0)
  })

  it('keeps the item, and does not send it again, while the phone is too full for the receipt', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    phone.db.receipts.hook('creating', noRoom)
    const full = phone.db.receipts.hook('creating')
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1, stopped: 'cut_off' })
    await phone.outbox.flush()
    expect(await phone.outbox.items()).toHaveLength(1)
    expect(phone.server.log).toHaveLength(1)
    full.unsubscribe(noRoom)
    await phone.outbox.flush()
    expect(await phone.outbox.items()).toEqual([])
    expect(await phone.db.receipts.count()).toBe(1)
    expect(phone.server.log).toHaveLength(1)
  })

  it('lets photos follow a report whose receipt does not fit', async () => {
    const phone = newPhone()
    await queueReport(phone, 1)
    phone.db.receipts.hook('creating', noRoom)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect(phone.server.stored.size).toBe(2)
    expect(await phone.db.bytes.count()).toBe(1)
  })

  it('sends from a phone that is too full to write anything', async () => {
    const phone = newPhone()
    await queueReport(phone, 1)
    phone.db.outbox.hook('updating', noRoom)
    phone.db.outbox.hook('creating', noRoom)
    phone.server.faults = [answers(422, problem('incomplete'))]
    expect(await phone.outbox.flush()).toMatchObject({ refused: 1, stopped: 'cut_off' })
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('cuts the present upload off and goes on at the next flush', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    phone.server.faults = [() => new Promise<Response>((_resolve, reject) => (abort = reject))]
    let abort: (reason: Error) => void = () => undefined
    const running = phone.outbox.flush()
    await expect.poll(() => phone.outbox.state.get().sending).not.toBeNull()
    phone.outbox.cutOff()
    abort(new Error('aborted'))
    expect(await running).toMatchObject({ stopped: 'cut_off' })
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1 })
    phone.outbox.close()
    await queueReport(phone, 0)
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0 })
  })
})

describe('whose items', () => {
  it('does not send items of Ann in a session of Bo', async () => {
    const phone = newPhone()
    await queueReport(phone)
    phone.server.signedIn = 'bo'
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0, stopped: 'other_account' })
    expect(phone.server.log).toEqual([])
    phone.server.signedIn = 'ann'
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
  })

  it('leaves rows of another person that are in the same table alone', async () => {
    const phone = newPhone()
    await queueReport(phone, 0)
    await phone.db.outbox.toCollection().modify({ personId: 'bo' })
    expect(await phone.outbox.flush(true)).toMatchObject({ accepted: 0 })
    expect(await phone.outbox.items()).toHaveLength(1)
  })

  it('asks before every item where the browser has no Web Locks', async () => {
    const locks = new MemoryLocks()
    locks.isExclusive = false
    const phone = newPhone({ locks })
    await queueReport(phone, 0)
    await queueReport(phone, 0)
    phone.server.faults = [async (next) => next().finally(() => (phone.server.signedIn = 'bo'))]
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 1, stopped: 'other_account' })
    expect(phone.server.log.every((line) => line.endsWith('by ann'))).toBe(true)
  })
})
