import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { GridDb, log } from '@/core/db'
import { coreError } from '@/core/errors'
import { newPhone } from './phone'
import released from './released.json'

interface OldTable {
  key: string
  isNumbered?: boolean
  indexes?: string[]
}

/** The tables of every released version, as they were made on phones. Never edit one that is out. */
const VERSIONS: Record<number, Record<string, OldTable>> = {
  1: {
    drafts: { key: 'id', indexes: ['hazardId', 'updatedAt'] },
    outbox: { key: 'seq', isNumbered: true, indexes: ['lane', 'itemId', 'hazardId', 'draftId'] },
    photos: { key: 'id', indexes: ['hazardId', 'state'] },
    bytes: { key: 'photoId' },
    thumbs: { key: 'photoId', indexes: ['keepUntil'] },
    receipts: { key: 'itemId', indexes: ['hazardId', 'acceptedAt'] },
    hazards: { key: 'id', indexes: ['state', 'received_at'] },
    enterprises: { key: 'id' },
    grids: { key: 'id' },
    meta: { key: 'key' },
    log: { key: 'n', isNumbered: true },
  },
}
const { enterprises: _gone, ...kept } = VERSIONS[1]!
VERSIONS[2] = { ...kept, objects: { key: 'id' } }
VERSIONS[3] = { ...VERSIONS[2], tasks: { key: 'id' }, checklists: { key: 'id' } }

function makeOld(factory: IDBFactory, version: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const open = factory.open('grid-ann', version * 10) // Dexie counts in tens
    open.onupgradeneeded = () => {
      for (const [name, table] of Object.entries(VERSIONS[version] ?? {})) {
        const store = open.result.createObjectStore(name, { keyPath: table.key, autoIncrement: table.isNumbered ?? false })
        for (const index of table.indexes ?? []) store.createIndex(index, index, { unique: index === 'itemId' })
        if (name === 'outbox') for (const row of released.outbox) store.put(row)
        if (name === 'meta') store.put({ key: 'reference_at', value: 1 })
      }
    }
    open.onsuccess = () => {
      const { result: db } = open
      const rows = db.transaction(['photos', 'bytes'], 'readwrite')
      rows.objectStore('photos').put(released.photo)
      rows.objectStore('bytes').put({ photoId: released.photo.id, bytes: new TextEncoder().encode('a picture').buffer })
      rows.oncomplete = () => (db.close(), resolve())
    }
    open.onerror = () => reject(open.error ?? new Error('open'))
  })
}

describe('database', () => {
  it.each(Object.keys(VERSIONS))('opens what version %s left on a phone and sends its items', async (version) => {
    const factory = new IDBFactory()
    await makeOld(factory, Number(version))
    const db = new GridDb('grid-ann', { indexedDB: factory, IDBKeyRange } as never)
    const phone = newPhone({ db })
    phone.clock.pass(60_000)
    expect(await phone.outbox.items()).toHaveLength(2)
    expect(await phone.outbox.flush()).toMatchObject({ accepted: 2 })
    expect(await phone.outbox.items()).toEqual([])
  })

  it.each([
    ['1', true],
    ['2', false],
    ['3', false],
  ])('asks for the objects at once where version %s had none: %s', async (version, isForgotten) => {
    const factory = new IDBFactory()
    await makeOld(factory, Number(version))
    const db = new GridDb('grid-ann', { indexedDB: factory, IDBKeyRange } as never)
    expect((await db.meta.get('reference_at')) === undefined).toBe(isForgotten)
    expect(await db.outbox.count()).toBe(2)
  })

  it('adds a table in a later version and keeps every unsent row', async () => {
    const factory = { indexedDB: new IDBFactory(), IDBKeyRange } as never
    const now = new GridDb('grid-ann', factory)
    await now.outbox.bulkAdd(released.outbox as never)
    now.close()
    class Later extends GridDb {
      constructor() {
        super('grid-ann', factory)
        this.version(4).stores({ visits: 'id' })
      }
    }
    const later = new Later()
    expect(await later.outbox.count()).toBe(2)
    expect(await later.table('visits').count()).toBe(0)
    later.close()
  })

  it('keeps a ring of five hundred lines', async () => {
    const { db } = newPhone()
    for (let n = 0; n < 620; n += 1) await log(db, n, 'line')
    expect(await db.log.count()).toBeLessThanOrEqual(550)
    expect((await db.log.orderBy('n').last())?.at).toBe(619)
  })

  it('knows a full phone and a lost connection whatever wraps them', () => {
    const named = (name: string, inner?: unknown) => Object.assign(new Error(name), { name, inner })
    expect(coreError(named('QuotaExceededError')).code).toBe('storage_full')
    expect(coreError(named('AbortError', named('QuotaExceededError'))).code).toBe('storage_full')
    expect(coreError(named('DatabaseClosedError')).code).toBe('storage_lost')
    expect(coreError(new Error('else')).code).toBe('unknown')
    expect(coreError(null).code).toBe('unknown')
  })
})
