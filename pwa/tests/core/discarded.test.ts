import { describe, expect, it } from 'vitest'
import { createReconcile } from '@/core/reconcile'
import { newPhone } from './phone'
import { draftVisit } from './visit'

describe('a finding that is thrown away', () => {
  it('is told of until its visit has arrived, and once more then', async () => {
    const phone = newPhone()
    const draft = await draftVisit(phone)
    await phone.outbox.enqueueVisit(draft)
    const [visit, hazard] = await phone.outbox.items()
    const told: (string[] | undefined)[] = []
    let isThere = false
    const { reconcile } = createReconcile({
      db: phone.db, now: phone.clock.now, outbox: phone.outbox, appVersion: '',
      ask: (holdings) => Promise.resolve(isThere ? (told.push(holdings.discarded), { items: [], server_time: '' }) : null),
    })
    await phone.db.outbox.update(visit!.seq, { attempts: 1 })
    await phone.db.outbox.update(hazard!.seq, { attempts: 1, isRefused: true, problem: { code: 'invalid', zh: '', en: '', status: 422 } as never })
    await phone.outbox.discard(hazard!.seq)
    await reconcile()
    isThere = true
    await reconcile()
    await phone.db.outbox.delete(visit!.seq)
    await reconcile()
    await reconcile()
    expect(told).toEqual([[hazard!.itemId], [hazard!.itemId], undefined])
  })

  it('is of no concern to anybody where the phone has thrown nothing away', async () => {
    const phone = newPhone()
    const said: unknown[] = []
    const { reconcile } = createReconcile({
      db: phone.db, now: phone.clock.now, outbox: phone.outbox, appVersion: '',
      ask: (holdings) => Promise.resolve((said.push(Object.keys(holdings)), { items: [], server_time: '' })),
    })
    expect(await reconcile()).toBe(true)
    expect(said).toEqual([['items', 'unsent_count', 'oldest_unsent_at', 'app_version']])
  })
})
