/** The quick storage of the schedules answers as Dexie over IndexedDB does, call by call. */
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { describe, expect, it } from 'vitest'
import { GridDb } from '@/core/db'
import { Chance } from './chance'
import { Disk } from './disk'
import { declared, MemoryDb } from './memorydb'
import { Process, Turns } from './turns'

function bothStorages(chance: Chance): [GridDb, GridDb] {
  const { schemas, isStrict } = declared()
  const process = new Process(new Turns(chance), () => undefined)
  const quick = new MemoryDb(new Disk(schemas, isStrict), process).asGridDb()
  return [quick, new GridDb('grid-ann', { indexedDB: new IDBFactory(), IDBKeyRange } as never)]
}

type Call = (db: GridDb) => Promise<unknown>

function photo(chance: Chance) {
  return { id: `p${String(chance.below(6))}`, hazardId: chance.pick(['a', 'b']), state: chance.pick(['kept', 'queued']) }
}

function item(chance: Chance) {
  const n = String(chance.below(8))
  return { itemId: `i${n}`, lane: chance.pick(['a', 'b']), hazardId: 'h', draftId: `d${String(chance.below(3))}`, attempts: 0 }
}

/** Every kind of call that the core makes. */
function someCall(chance: Chance): Call {
  const [id, other] = [`p${String(chance.below(6))}`, `p${String(chance.below(6))}`]
  const [row, line, seq] = [photo(chance), item(chance), 1 + chance.below(9)]
  const keepUntil = chance.pick([null, 3, 8])
  return chance.pick<Call>([
    (db) => db.photos.put(row as never),
    (db) => db.photos.update(id, { state: 'received' }),
    (db) => db.photos.bulkGet([id, other]),
    (db) => db.photos.where('id').anyOf([other, id]).modify({ state: 'queued' }),
    (db) => db.photos.where('state').equals('queued').primaryKeys(),
    (db) => db.photos.bulkDelete([id]),
    (db) => db.outbox.add(line as never),
    (db) => db.log.bulkAdd([{ at: seq, what: 'one' }, { at: seq, what: 'two' }]),
    (db) => db.outbox.put({ ...line, seq } as never),
    (db) => db.outbox.orderBy('seq').toArray(),
    (db) => db.outbox.orderBy('seq').primaryKeys(),
    (db) => db.outbox.bulkGet([2, 1, 99]),
    (db) => db.outbox.where('draftId').equals('d1').sortBy('seq'),
    (db) => db.outbox.orderBy('draftId').uniqueKeys(),
    (db) => db.outbox.where('itemId').anyOf(['i1', 'i2']).toArray(),
    (db) => db.outbox.delete(seq),
    (db) => db.outbox.where('hazardId').equals('h').and((each) => each.attempts === 0).count(),
    (db) => db.thumbs.put({ photoId: id, bytes: new ArrayBuffer(2), type: '', keepUntil }),
    (db) => db.thumbs.where('keepUntil').below(5).primaryKeys(),
    (db) => db.thumbs.where('keepUntil').between(3, 8, true, false).toArray(),
    (db) => db.thumbs.where('keepUntil').between(3, 8, true, true).toArray(),
    (db) => db.photos.filter((each) => each.state !== 'kept').delete(),
    (db) => db.receipts.filter((each) => !each.isComplete).toArray(),
    (db) => db.log.orderBy('n').last(),
    (db) =>
      db.transaction('rw', db.photos, db.outbox, async () => {
        await db.photos.put(row as never)
        await db.outbox.add(line as never) // a known itemId takes the photo back, too
      }),
    (db) =>
      db.transaction('rw', [db.photos], async () => {
        await db.photos.clear()
        throw new Error('changed my mind')
      }),
  ])
}

const FIRST_NEW = 100

/** How many numbers a refused row uses up is each storage's own affair. */
function numberless(answer: unknown): unknown {
  if (typeof answer === 'number') return answer > FIRST_NEW ? 'new' : answer
  if (Array.isArray(answer)) return answer.map(numberless)
  const { seq, ...rest } = (answer ?? {}) as { seq?: number }
  return seq === undefined ? answer : { ...rest, seq: numberless(seq) }
}

async function answerOf(call: Call, db: GridDb): Promise<unknown> {
  try {
    return await call(db)
  } catch (error) {
    return (error as Error).message === 'changed my mind' ? 'refused' : 'error'
  }
}

describe('the storage of the schedules', () => {
  it('answers every call of two hundred as IndexedDB does', { timeout: 120_000 }, async () => {
    const chance = new Chance(11)
    const [quick, real] = bothStorages(chance)
    for (const db of [quick, real]) await db.outbox.put({ ...item(chance), itemId: 'first', seq: FIRST_NEW } as never)
    for (let n = 0; n < 200; n += 1) {
      const call = someCall(chance)
      const [here, there] = [await answerOf(call, quick), await answerOf(call, real)]
      expect(numberless(here), `call ${String(n)}: ${String(call)}`).toEqual(numberless(there))
      const tables = ['photos', 'outbox', 'thumbs'] as const
      for (const name of tables) {
        expect(numberless(await quick[name].toArray())).toEqual(numberless(await real[name].toArray()))
      }
    }
    real.close()
  })
})
