/**
 * The part of Dexie that the core uses, over a Disk: every call takes a turn, transactions close their
 * tables, a kill takes back what was not committed. `storages.test.ts` runs the same schedules over the
 * real Dexie and compares.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { GridDb } from '@/core/db'
import { StorageError, type Disk, type Key, type Ongoing, type Row, type TableSchema } from './disk'
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
    const tables = new Set((rest.flat() as MemoryTable[]).map((table) => table.name))
    await this.process.turn()
    const one = await this.begin(tables)
    try {
      const result = await inside.run(one, work)
      await this.process.turn()
      this.disk.commit(one)
      await this.process.turn()
      return result
    } catch (error) {
      this.disk.abort(one)
      throw error
    }
  }

  async begin(tables: ReadonlySet<string>): Promise<Ongoing> {
    while ([...tables].some((table) => this.disk.isClosed(table))) {
      await this.disk.released()
      await this.process.turn()
    }
    if (!this.process.isAlive) await this.process.turn() // killed while this was on its way: never
    if (this.isDropped) throw new StorageError('DatabaseClosedError')
    return this.disk.begin(this.process, tables)
  }

  /** One call to a table: in the transaction around it, or in one of its own. */
  async call<T>(table: string, isWrite: boolean, work: (one: Ongoing) => T): Promise<T> {
    await this.process.turn()
    const around = inside.getStore()
    if (around) return this.callInside(around, table, work)
    const one = await this.begin(new Set([table]))
    try {
      const result = work(one)
      this.disk.commit(one)
      if (isWrite) await this.process.turn()
      return result
    } catch (error) {
      this.disk.abort(one)
      throw error
    }
  }

  private callInside<T>(around: Ongoing, table: string, work: (one: Ongoing) => T): T {
    if (this.isDropped) throw new StorageError('AbortError')
    if (around.isOver) throw new StorageError('TransactionInactiveError')
    if (!around.tables.has(table)) throw new StorageError('NotFoundError')
    return work(around)
  }
}

type Test = (row: Row) => boolean

class MemoryTable {
  private readonly key: string

  constructor(
    private readonly db: MemoryDb,
    readonly name: string,
  ) {
    this.key = db.disk.schemaOf(name).key
  }

  get(key: Key): Promise<Row | undefined> {
    const { disk } = this.db
    return this.call(false, () => {
      const isUnseen = this.name === 'bytes' && disk.blinks > 0
      if (isUnseen) disk.blinks -= 1
      return isUnseen ? undefined : disk.read(this.name, key)
    })
  }

  bulkGet(keys: Key[]): Promise<(Row | undefined)[]> {
    return this.call(false, () => keys.map((key) => this.db.disk.read(this.name, key)))
  }

  put(row: Row): Promise<Key> {
    return this.call(true, (one) => this.db.disk.write(one, this.name, row, false))
  }

  add(row: Row): Promise<Key> {
    return this.call(true, (one) => this.db.disk.write(one, this.name, row, true))
  }

  bulkPut(rows: Row[]): Promise<Key | undefined> {
    return this.call(true, (one) => rows.map((row) => this.db.disk.write(one, this.name, row, false)).at(-1))
  }

  bulkAdd(rows: Row[]): Promise<Key | undefined> {
    return this.call(true, (one) => rows.map((row) => this.db.disk.write(one, this.name, row, true)).at(-1))
  }

  update(key: Key, change: Row): Promise<number> {
    return this.call(true, (one) => {
      const row = this.db.disk.read(this.name, key)
      if (!row) return 0
      this.db.disk.write(one, this.name, { ...row, ...change }, false)
      return 1
    })
  }

  delete(key: Key): Promise<void> {
    return this.call(true, (one) => this.db.disk.remove(one, this.name, key))
  }

  bulkDelete(keys: Key[]): Promise<void> {
    return this.call(true, (one) => keys.forEach((key) => this.db.disk.remove(one, this.name, key)))
  }

  clear(): Promise<void> {
    return this.toCollection().delete().then(() => undefined)
  }

  count(): Promise<number> {
    return this.call(false, () => this.db.disk.count(this.name))
  }

  toArray(): Promise<Row[]> {
    return this.toCollection().toArray()
  }

  toCollection(): MemoryCollection {
    return this.from(this.key, () => true)
  }

  filter(test: Test): MemoryCollection {
    return this.from(this.key, test)
  }

  orderBy(index: string): MemoryCollection {
    return this.from(index, (row) => isKey(row[index]))
  }

  where(index: string) {
    return {
      equals: (value: Key) => this.from(index, (row) => row[index] === value),
      anyOf: (values: Key[]) => this.from(index, (row) => values.includes(row[index] as Key)),
      between: (from: number, to: number, isFromIn: boolean, isToIn: boolean) =>
        this.from(index, (row) => isBetween(row[index], isFromIn ? from : from + 1, isToIn ? to : to - 1)),
      below: (limit: Key) => this.from(index, (row) => isKey(row[index]) && typeof row[index] === typeof limit && (row[index] as Key) < limit),
    }
  }

  call<T>(isWrite: boolean, work: (one: Ongoing) => T): Promise<T> {
    return this.db.call(this.name, isWrite, work)
  }

  private from(index: string, test: Test): MemoryCollection {
    return new MemoryCollection(this, this.db.disk, this.key, index, test)
  }
}

class MemoryCollection {
  private isReversed = false

  constructor(
    private readonly table: MemoryTable,
    private readonly disk: Disk,
    private readonly key: string,
    private readonly index: string,
    private test: Test,
  ) {}

  and(more: Test): this {
    const { test } = this
    this.test = (row) => test(row) && more(row)
    return this
  }

  reverse(): this {
    this.isReversed = !this.isReversed
    return this
  }

  toArray(): Promise<Row[]> {
    return this.table.call(false, () => this.found())
  }

  primaryKeys(): Promise<Key[]> {
    return this.table.call(false, () => this.found().map((row) => row[this.key] as Key))
  }

  uniqueKeys(): Promise<Key[]> {
    return this.table.call(false, () => [...new Set(this.found().map((row) => row[this.index] as Key))])
  }

  async sortBy(name: string): Promise<Row[]> {
    return (await this.toArray()).sort((a, b) => compare(a[name] as Key, b[name] as Key))
  }

  count(): Promise<number> {
    return this.table.call(false, () => this.found().length)
  }

  last(): Promise<Row | undefined> {
    return this.table.call(false, () => this.found().at(-1))
  }

  delete(): Promise<number> {
    return this.table.call(true, (one) => {
      const found = this.found()
      for (const row of found) this.disk.remove(one, this.table.name, row[this.key] as Key)
      return found.length
    })
  }

  modify(change: Row): Promise<number> {
    return this.table.call(true, (one) => {
      const found = this.found()
      for (const row of found) {
        this.disk.write(one, this.table.name, { ...row, ...change }, false)
      }
      return found.length
    })
  }

  private found(): Row[] {
    const rows: Row[] = []
    for (const [, row] of this.disk.all(this.table.name)) if (this.test(row)) rows.push(row)
    rows.sort((a, b) => compare(a[this.index] as Key, b[this.index] as Key) || compare(a[this.key] as Key, b[this.key] as Key))
    return this.isReversed ? rows.reverse() : rows
  }
}

function isKey(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

/** Of whole numbers. */
function isBetween(value: unknown, from: number, to: number): boolean {
  return typeof value === 'number' && value >= from && value <= to
}

function compare(a: Key, b: Key): number {
  return a < b ? -1 : a > b ? 1 : 0
}
