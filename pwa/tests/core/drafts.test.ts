import { describe, expect, it } from 'vitest'
import { createDrafts, type Mirror } from '@/core/drafts'
import { createOutbox } from '@/core/outbox/create'
import type { Draft } from '@/core/types'
import { newPhone, takePhoto } from './phone'

describe('drafts', () => {
  it('keeps many, newest first, and finds each by its id', async () => {
    const { drafts, clock } = newPhone()
    const first = await drafts.save(drafts.newReport({ note: '一' }))
    clock.pass(1000)
    const second = await drafts.save(drafts.newAction('case', 'verify', { rating: 4 }))
    expect((await drafts.list()).map((draft) => draft.id)).toEqual([second.id, first.id])
    clock.pass(1000)
    await drafts.save({ ...first, step: 'review' })
    expect((await drafts.list())[0]).toMatchObject({ id: first.id, step: 'review' })
    expect(await drafts.load(second.id)).toMatchObject({ kind: 'action', hazardId: 'case', fields: { rating: 4 } })
    expect(await drafts.load('nobody')).toBeNull()
  })

  it('takes what a screen hands over, proxies and all', async () => {
    const { drafts } = newPhone()
    const draft = new Proxy(drafts.newReport({ note: '代理' }), {})
    await drafts.save(draft)
    expect(await drafts.load(draft.id)).toMatchObject({ fields: { note: '代理' } })
  })

  it('removes its photos with it, but not those of another', async () => {
    const phone = newPhone()
    const [mine, other] = [await takePhoto(phone), await takePhoto(phone)]
    const draft = await phone.drafts.save({ ...phone.drafts.newReport(), photoIds: [mine] })
    await phone.drafts.remove(draft.id)
    expect(await phone.drafts.list()).toEqual([])
    expect(await phone.photos.row(mine)).toBeNull()
    expect(await phone.photos.row(other)).not.toBeNull()
  })

  it('keeps the ids of an on-site fix through every change', () => {
    const { drafts } = newPhone()
    const draft = drafts.withFix(drafts.newReport(), { rating: 3, outcome: 'stopped' })
    const again = drafts.withFix(draft, { rating: 5, note: '换了插座' })
    expect(again.fix).toEqual({ ...draft.fix, rating: 5, note: '换了插座' })
  })

  it('finds the text in the mirror when the database has lost it', async () => {
    const { db, clock } = newPhone()
    const kept = new Map<string, Draft>()
    const mirror: Mirror = {
      set: (draft) => void kept.set(draft.id, draft),
      get: (id) => kept.get(id) ?? null,
      remove: (id) => void kept.delete(id),
    }
    const drafts = createDrafts({ db, now: clock.now, mirror })
    const draft = drafts.newReport({ note: '还在' })
    db.drafts.hook('creating', () => {
      throw Object.assign(new Error('full'), { name: 'QuotaExceededError' })
    })
    await expect(drafts.save(draft)).rejects.toMatchObject({ code: 'storage_full' })
    expect(await drafts.load(draft.id)).toMatchObject({ fields: { note: '还在' } })
    await drafts.remove(draft.id)
    expect(await drafts.load(draft.id)).toBeNull()
  })

  it('stands in line and nowhere else: not in the copy beside the database, nor by an autosave that comes late', async () => {
    const phone = newPhone()
    const copies = new Map<string, Draft>()
    const mirror: Mirror = {
      set: (draft) => void copies.set(draft.id, draft),
      get: (id) => copies.get(id) ?? null,
      remove: (id) => void copies.delete(id),
    }
    const drafts = createDrafts({ db: phone.db, now: phone.clock.now, mirror })
    const draft = await drafts.save(drafts.newAccident({ kind: 'fire', course: '仓库起火' }))
    expect(copies.size).toBe(1)
    await createOutbox({ ...phone.deps, mirror }).enqueueAccident(draft)
    expect(copies.size).toBe(0)
    await drafts.save(draft)
    expect(copies.size).toBe(0)
  })
})
