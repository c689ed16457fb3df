/**
 * The part of Dexie that the core uses, over a Disk: every call takes a turn, transactions close their
 * tables, a kill takes back what was not committed. `storages.test.ts` runs the same schedules over the
 * real Dexie and compares.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { GridDb } from '@/core/db'
import { StorageError, type Disk, type Ongoing, type TableSchema } from './disk'
import { MemoryTable } from './memorytable'
import type { Process } from './turns'

const inside = new AsyncLocalStorage<Ongoing>()

interface Declared {
  schemas: TableSchema[]
  isStrict: boolean
}

let known: Declared | undefined

/** Tables, indexes and durability as the production class declares them: asked once for all phones. */
export function declared(): Declared {
  return (known ??= ask())
}

function ask(): Declared {
  const db = new GridDb('declared', { indexedDB: {} as IDBFactory, IDBKeyRange: {} as typeof IDBKeyRange })
  const schemas = db.tables.map(({ name, schema: { primKey, indexes } }) => ({
    name,
    key: String(primKey.keyPath),
    isNumbered: primKey.auto ?? false,
    unique: indexes.filter((index) => index.unique).map((index) => index.name),
  }))
  const { chromeTransactionDurability } = (db as unknown as { _options: { chromeTransactionDurability?: string } })._options
  return { schemas, isStrict: chromeTransactionDurability === 'strict' }
}

/** A connection of one process. */
export class MemoryDb {
  /** WebKit drops connections of a page in the background. */
  isDropped = false;
  [table: string]: unknown

  constructor(
    readonly disk: Disk,
    readonly process: Process,
  ) {
    for (const name of disk.tableNames()) this[name] = new MemoryTable(this, name)
  }

  asGridDb(): GridDb {
    return this as unknown as GridDb
  }

  close(): void {
    this.isDropped = true
  }

  async open(): Promise<void> {
    await this.process.turn()
    this.isDropped = false
  }

  async transaction<T>(_mode: string, ...rest: unknown[]): Promise<T> {
    const work = rest.pop() as () => Promise<T>
    const tables = namesOf(rest as (MemoryTable | MemoryTable[])[])
    const turn = this.process.turn()
    if (turn) await turn
    const one = this.isFree(tables) ? this.begin(tables) : await this.begunLater(tables)
    try {
      const result = await inside.run(one, work)
      const before = this.process.turn()
      if (before) await before
      this.disk.commit(one)
      const after = this.process.turn()
      if (after) await after
      return result
    } catch (error) {
      this.disk.abort(one)
      throw error
    }
  }

  /** One call to a table: in the transaction around it, or in one of its own. At once if nobody else is at work. */
  call<T>(table: readonly [string], isWrite: boolean, work: (one: Ongoing) => T): Promise<T> {
    const turn = this.process.turn()
    return turn ? turn.then(() => this.answer(table, isWrite, work)) : this.answer(table, isWrite, work)
  }

  private answer<T>(table: readonly [string], isWrite: boolean, work: (one: Ongoing) => T): Promise<T> {
    const around = inside.getStore()
    if (!around) return this.alone(table, isWrite, work)
    try {
      return Promise.resolve(this.callInside(around, table, work))
    } catch (error) {
      return Promise.reject(error as Error)
    }
  }

  private async alone<T>(table: readonly [string], isWrite: boolean, work: (one: Ongoing) => T): Promise<T> {
    const one = this.isFree(table) ? this.begin(table) : await this.begunLater(table)
    await null // a second call beside this one finds the table closed
    try {
      const result = work(one)
      this.disk.commit(one)
      const turn = isWrite ? this.process.turn() : null
      if (turn) await turn
      return result
    } catch (error) {
      this.disk.abort(one)
      throw error
    }
  }

  /** No transaction has these tables, and the browser lives. */
  private isFree(tables: readonly string[]): boolean {
    return this.process.isAlive && !this.disk.isClosed(tables)
  }

  private async begunLater(tables: readonly string[]): Promise<Ongoing> {
    while (this.disk.isClosed(tables)) {
      await this.disk.released()
      await this.process.turn()
    }
    if (!this.process.isAlive) await this.process.turn() // killed while this was on its way: never
    return this.begin(tables)
  }

  private begin(tables: readonly string[]): Ongoing {
    if (this.isDropped) throw new StorageError('DatabaseClosedError')
    return this.disk.begin(this.process, tables)
  }

  private callInside<T>(around: Ongoing, [table]: readonly [string], work: (one: Ongoing) => T): T {
    if (this.isDropped) throw new StorageError('AbortError')
    if (around.isOver) throw new StorageError('TransactionInactiveError')
    if (!around.tables.includes(table)) throw new StorageError('NotFoundError')
    return work(around)
  }
}

/** As Dexie takes them: one by one, or all in a list. */
function namesOf(tables: (MemoryTable | MemoryTable[])[]): string[] {
  const names: string[] = []
  for (const each of tables) {
    if (Array.isArray(each)) for (const { name } of each) names.push(name)
    else names.push(each.name)
  }
  return names
}
