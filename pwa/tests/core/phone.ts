/** A phone in Node: real modules, fake IndexedDB, a clock that moves when told. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { GridDb } from '@/core/db'
import { createDrafts, type Drafts } from '@/core/drafts'
import { createOutbox } from '@/core/outbox/create'
import type { Locks, Outbox, OutboxDeps } from '@/core/outbox/types'
import { createPhotos } from '@/core/photos/create'
import type { Imaging, Photos } from '@/core/photos/types'
import type { ReportDraft } from '@/core/types'
import { Server } from './server'

export class Clock {
  at = Date.parse('2026-11-22T02:00:00Z')
  now = (): number => this.at
  pass(ms: number): void {
    this.at += ms
  }
}

export class MemoryLocks implements Locks {
  isExclusive = true
  private readonly held = new Set<string>()
  async ifFree<T>(name: string, work: () => Promise<T>): Promise<T | undefined> {
    if (this.held.has(name)) return undefined
    this.held.add(name)
    try {
      return await work()
    } finally {
      this.held.delete(name)
    }
  }
  release(): void {
    this.held.clear()
  }
}

/** Text in, "picture" out; a picture is its own bytes, cut to the edge. */
export const fakeImaging: Imaging = {
  async shrink(blob, edge) {
    const bytes = (await blob.arrayBuffer()).slice(0, edge)
    return { bytes, type: 'image/jpeg', width: edge, height: edge }
  },
  stamp: (blob, lines) => Promise.resolve(new Blob([blob, lines.join('|')])),
}

export function newFactory(): { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange } {
  return { indexedDB: new IDBFactory(), IDBKeyRange }
}

export interface Phone {
  db: GridDb
  clock: Clock
  server: Server
  locks: MemoryLocks
  drafts: Drafts
  photos: Photos
  outbox: Outbox
  deps: OutboxDeps
}

export function newPhone(over: Partial<OutboxDeps> & { server?: Server; clock?: Clock } = {}): Phone {
  const { server = new Server(), clock = new Clock(), ...rest } = over
  const personId = over.personId ?? 'ann'
  const db = over.db ?? new GridDb(`grid-${personId}`, newFactory() as never)
  const locks = new MemoryLocks()
  const deps: OutboxDeps = { db, personId, now: clock.now, random: () => 0.5, fetch: server.fetch, locks, ...rest }
  return {
    db,
    clock,
    server,
    locks,
    deps,
    drafts: createDrafts({ db, now: clock.now }),
    photos: createPhotos({ db, now: clock.now, imaging: fakeImaging }),
    outbox: createOutbox(deps),
  }
}

export async function takePhoto(phone: Phone, role: 'before' | 'after' = 'before', text = 'a picture'): Promise<string> {
  const row = await phone.photos.capture(new Blob([text + String(Math.random())]), { role, source: 'camera' })
  return row.id
}

/** A finished draft with `photos` before-photos, saved. */
export async function draftReport(phone: Phone, photos = 1, note = '楼道堆放杂物'): Promise<ReportDraft> {
  const draft = phone.drafts.newReport({ category_code: 'fire', note })
  for (let n = 0; n < photos; n += 1) draft.photoIds.push(await takePhoto(phone))
  return phone.drafts.save(draft)
}

/** A report in line, past the time of 撤回. */
export async function queueReport(phone: Phone, photos = 1, note?: string): Promise<ReportDraft> {
  const draft = await draftReport(phone, photos, note)
  await phone.outbox.enqueueReport(draft)
  phone.clock.pass(5_000)
  return draft
}
