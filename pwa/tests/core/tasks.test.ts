import { describe, expect, it } from 'vitest'
import type { Changes, ChecklistVersion, Holdings, MyTasks, PatrolTask } from '@/contract'
import { createPull, type Later, type PullDeps } from '@/core/pull'
import { createReconcile } from '@/core/reconcile'
import { newPhone, type Phone } from './phone'
import { draftVisit, TASK } from './visit'

/** Every line of what the phone holds gets the same answer. */
function reconciled(phone: Phone, status: string): Promise<boolean> {
  const ask = ({ items }: Holdings) =>
    Promise.resolve({ items: items.map(({ kind, id }) => ({ kind, id, status })), server_time: '' })
  return createReconcile({ db: phone.db, now: phone.clock.now, ask, outbox: phone.outbox, appVersion: '' }).reconcile()
}

describe('tasks on the phone', () => {
  const page = { cursor: 'c', has_more: false, reset: false, hazards: [], gone: [], are_rules_changed: false, unread: 0 } as unknown as Changes
  const mine = (ids: string[]): MyTasks => ({ day: '2026-11-23', tasks: ids.map((id) => ({ id }) as PatrolTask), list_ids: ['v1'], accompanying: [] })

  function puller(
    phone: Phone,
    answer: () => MyTasks | Later | null | Promise<MyTasks>,
    list: (id: string) => ChecklistVersion | Later | null = (id) => ({ id }) as ChecklistVersion,
    picture: PullDeps['picture'] = () => Promise.resolve(null),
  ) {
    const reads = { tasks: 0, lists: 0 }
    const pull = createPull({
      db: phone.db,
      now: phone.clock.now,
      random: () => 0,
      changes: () => Promise.resolve(page),
      reference: () => Promise.resolve(null),
      tasks: () => ((reads.tasks += 1), Promise.resolve(answer())),
      checklist: (id) => ((reads.lists += 1), Promise.resolve(list(id))),
      picture,
      isShort: () => Promise.resolve(false),
    })
    return { pull, reads }
  }

  it('come with their lists, every list once, and again after five minutes', async () => {
    const phone = newPhone()
    const { pull, reads } = puller(phone, () => mine(['a', 'b']))
    for (const ms of [0, 60_000, 6 * 60_000]) {
      phone.clock.pass(ms)
      await pull.pull()
    }
    expect(reads).toEqual({ tasks: 2, lists: 1 })
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['a', 'b'])
  })

  it('bring along where a desk asks one to come, and take it away again', async () => {
    const phone = newPhone()
    const asked = [{ inspection_id: 'i', name: '燃气检查' }] as unknown as MyTasks['accompanying']
    let accompanying: MyTasks['accompanying'] | undefined = asked
    const { pull } = puller(phone, () => ({ ...mine([]), accompanying }) as MyTasks)
    await pull.pull()
    expect((await phone.db.meta.get('accompanying'))?.value).toEqual(asked)
    accompanying = undefined // a server of before
    phone.clock.pass(6 * 60_000)
    await pull.pull()
    expect((await phone.db.meta.get('accompanying'))?.value).toEqual([])
  })

  it('are not shown without the questions that belong to them', async () => {
    const phone = newPhone()
    await puller(phone, () => mine(['a']), () => null).pull.pull()
    expect(await phone.db.tasks.count()).toBe(0)
  })

  it('are shown but for those whose list cannot be read, and that is tried again', async () => {
    const phone = newPhone()
    const two = { ...mine([]), tasks: [['a', 'v1'], ['b', 'v2'], ['c', null]].map(([id, checklist_version_id]) => ({ id, checklist_version_id }) as PatrolTask), list_ids: ['v1', 'v2'] }
    let isBroken = true
    const { pull } = puller(phone, () => two, (id) => (isBroken && id === 'v1' ? null : ({ id } as ChecklistVersion)))
    expect(await pull.pull()).toMatchObject({ isDone: true })
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['b', 'c'])
    isBroken = false
    phone.clock.pass(6 * 60_000)
    await pull.pull()
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['a', 'b', 'c'])
  })

  it.each(['tasks', 'a list'])('are asked for later when the server has no time for %s', async (what) => {
    const phone = newPhone()
    const busy = (): Later => ({ orderMs: 30_000 })
    const isTasks = what === 'tasks'
    let isBusy = true
    const { pull, reads } = puller(phone, () => (isBusy && isTasks ? busy() : mine(['a'])), (id) => (isBusy ? busy() : ({ id } as ChecklistVersion)))
    expect(await pull.pull()).toMatchObject({ isDone: false })
    expect(pull.wakeAt.get()).toBe(phone.clock.at + 30_000)
    await pull.pull()
    expect(reads.tasks).toBe(1)
    isBusy = false
    phone.clock.at = pull.wakeAt.get()!
    expect(await pull.pull()).toMatchObject({ isDone: true })
    expect(pull.wakeAt.get()).toBeNull()
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['a'])
  })

  it('bring the pictures of their lists after them, and a server without time is left alone', async () => {
    const phone = newPhone()
    const list = { id: 'v1', items: [{ photo_right: 'ab'.repeat(32) }] } as unknown as ChecklistVersion
    const { pull } = puller(phone, () => mine(['a']), () => list, () => Promise.resolve({ orderMs: 30_000 }))
    expect(await pull.pull()).toMatchObject({ isDone: false })
    expect(pull.wakeAt.get()).toBe(phone.clock.at + 30_000)
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['a'])
  })

  it('are there although their pictures cannot be fetched', async () => {
    const phone = newPhone()
    const list = { id: 'v1', items: [{ photo_right: 'ab'.repeat(32) }] } as unknown as ChecklistVersion
    const { pull } = puller(phone, () => mine(['a']), () => list, () => Promise.reject(new TypeError('no signal')))
    expect(await pull.pull()).toMatchObject({ isDone: true })
    expect(await phone.db.tasks.count()).toBe(1)
  })

  it('that were done while the answer was on its way do not come back with it', async () => {
    const phone = newPhone()
    await phone.db.tasks.put(TASK)
    await phone.outbox.enqueueVisit(await draftVisit(phone, 0))
    phone.clock.pass(6_000)
    const { pull } = puller(phone, async () => {
      phone.clock.pass(1_000)
      await phone.outbox.flush()
      return mine(['task-1', 'b']) // as it was when the server read it
    })
    await pull.pull()
    expect(await phone.outbox.items()).toEqual([])
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['b'])
  })

  it('that were put off by a clock that was far ahead are shown again once it is right', async () => {
    const phone = newPhone()
    const right = phone.clock.at
    phone.clock.pass(200 * 24 * 60 * 60_000)
    await phone.outbox.enqueueDelay({ id: 'd1', taskId: 'task-1', reason: 'weather', note: '' })
    phone.clock.pass(6_000)
    await phone.outbox.flush()
    phone.clock.at = right
    await puller(phone, () => mine(['task-1'])).pull.pull()
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['task-1'])
  })

  it('stay in the phone while their visit waits, for 修改 needs to know what they are about', async () => {
    const phone = newPhone()
    await phone.db.tasks.put(TASK)
    await phone.outbox.enqueueVisit(await draftVisit(phone, 0))
    await puller(phone, () => mine(['task-1', 'b'])).pull.pull()
    expect(await phone.db.tasks.get('task-1')).toEqual(TASK)
  })

  it('do not come back while their visit waits for signal', async () => {
    const phone = newPhone()
    await phone.outbox.enqueueVisit(await draftVisit(phone))
    await puller(phone, () => mine(['task-1', 'b'])).pull.pull()
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['b'])
  })

  it('do not come back with a visit that the server has forgotten and that goes out once more', async () => {
    const phone = newPhone()
    await phone.db.tasks.put(TASK)
    await phone.outbox.enqueueVisit(await draftVisit(phone, 0))
    phone.clock.pass(6_000)
    await phone.outbox.flush()
    await reconciled(phone, 'unknown')
    expect((await phone.outbox.items()).map(({ kind, draft }) => [kind, draft])).toEqual([['visit', null], ['hazard', null]])
    await puller(phone, () => mine(['task-1', 'b'])).pull.pull()
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['b'])
    await phone.db.tasks.put(TASK) // as an answer from before the visit left it
    phone.clock.pass(60 * 60_000)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect(await phone.db.tasks.toCollection().primaryKeys()).toEqual(['b'])
  })

  it('stay as they are while the server cannot be read', async () => {
    const phone = newPhone()
    await phone.db.tasks.put(TASK)
    await puller(phone, () => null).pull.pull()
    expect(await phone.db.tasks.count()).toBe(1)
  })
})
