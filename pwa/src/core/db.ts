import { Dexie, type EntityTable, type Table } from 'dexie'
import type { ChecklistVersion, GridView, HazardView, ObjectView, PatrolTask } from '@/contract'
import { coreError } from './errors'
import type {
  Draft,
  LogLine,
  MetaRow,
  OutboxItem,
  PhotoBytes,
  PhotoRow,
  ReceiptRow,
  Thumb,
} from './types'

/** One database per account. Versions only add: a row of any released version must stay readable. */
export class GridDb extends Dexie {
  declare drafts: Table<Draft, string>
  declare outbox: EntityTable<OutboxItem, 'seq'>
  declare photos: Table<PhotoRow, string>
  declare bytes: Table<PhotoBytes, string>
  declare thumbs: Table<Thumb, string>
  declare receipts: Table<ReceiptRow, string>
  declare hazards: Table<HazardView, string>
  declare objects: Table<ObjectView, string>
  declare grids: Table<GridView, string>
  declare tasks: Table<PatrolTask, string>
  declare checklists: Table<ChecklistVersion, string>
  declare meta: Table<MetaRow, string>
  declare log: EntityTable<LogLine, 'n'>

  constructor(name: string, factory?: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange }) {
    super(name, { chromeTransactionDurability: 'strict', ...factory })
    this.version(1).stores({
      drafts: 'id, hazardId, updatedAt',
      outbox: '++seq, lane, &itemId, hazardId, draftId',
      photos: 'id, hazardId, state',
      bytes: 'photoId',
      thumbs: 'photoId, keepUntil',
      receipts: 'itemId, hazardId, acceptedAt',
      hazards: 'id, state, received_at',
      enterprises: 'id',
      grids: 'id',
      meta: 'key',
      log: '++n',
    })
    // A copy of the server's, fetched again at once: nothing is lost with the old table.
    this.version(2)
      .stores({ enterprises: null, objects: 'id' })
      .upgrade((change) => change.table('meta').delete('reference_at'))
    this.version(3).stores({ tasks: 'id', checklists: 'id' })
  }
}

const PREFIX = 'grid-'

export function openDb(personId: string): GridDb {
  return new GridDb(PREFIX + personId)
}

/** The people whose databases are on this phone. */
export async function accountsHere(): Promise<string[]> {
  const names = await Dexie.getDatabaseNames()
  return names.filter((name) => name.startsWith(PREFIX)).map((name) => name.slice(PREFIX.length))
}

/**
 * Runs `work`; if the browser has dropped the connection (WebKit does so after a pause in the
 * background), opens it once more and tries again. Raises CoreError.
 */
export async function withReopen<T>(db: GridDb, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (coreError(error).code !== 'storage_lost') throw coreError(error)
  }
  try {
    db.close({ disableAutoOpen: false })
    await db.open()
    return await work()
  } catch (error) {
    throw coreError(error)
  }
}

const LOG_LINES = 500

/** A ring of lines for support; never throws, never blocks. */
export async function log(db: GridDb, at: number, what: string, data?: unknown): Promise<void> {
  try {
    const n = await db.log.add({ at, what, ...(data === undefined ? {} : { data }) })
    if (n !== undefined && n % 50 === 0) await db.log.where('n').below(n - LOG_LINES).delete()
  } catch {
    // A full phone must not stop the work that the line is about.
  }
}
